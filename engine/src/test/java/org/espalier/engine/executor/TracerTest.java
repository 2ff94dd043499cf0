package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.api.Test;

class TracerTest {

  @Test
  void learnsOfEveryPartOfAStepInOrder() {
    var network =
        NetworkBuilder.of("small", new Shape(1, 24, 24))
            .conv("conv1", 16, 3, 1)
            .batchNorm("bn1")
            .relu("relu1")
            .flatten("flatten")
            .linear("fc1", 3)
            .build();
    var parameters = TestNetworks.parameters(network, Storage.SPARSE, 1);
    var tasks = new SharedTasks();
    var options = new Engine.Options(16, 2, 1, true);
    try (var executor =
        new CpuEngine(Kernels.best(), tasks)
            .compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      executor.forward(TestNetworks.batch(network, 16, 3, 1), Executor.Mode.TRAINING, 0);
      executor.backward(Map.of("fc1.weight", new AbsentGradients.Wanted(2, Block.SINGLE)));
      executor.update(new Sgd(0, false, WeightDecay.NONE), 0.1, 0);
    }

    assertThat(tasks.parts())
        .containsExactly(
            "input PACKING",
            "conv1 FORWARD",
            "bn1 FORWARD",
            "flatten FORWARD",
            "fc1 FORWARD",
            "input LOSS",
            "fc1 BACKWARD",
            "fc1 WEIGHT_GRADIENT",
            "fc1 ABSENT_GRADIENTS",
            "fc1 INPUT_GRADIENT",
            "flatten BACKWARD",
            "bn1 BACKWARD",
            "conv1 BACKWARD",
            "conv1 WEIGHT_GRADIENT",
            "input UPDATE");
    assertThat(tasks.of("conv1", Tracer.Part.FORWARD)).isPositive();
  }
}
