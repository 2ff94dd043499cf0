package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both engines side by side, for as long as float drift stays small. */
class LossCurveTest {
  private static final int STEPS = 50;
  private static final int BATCH = 8;
  private static final Network NETWORK = Models.named("resnet-20", new Shape(3, 32, 32), 10);

  @ParameterizedTest
  @EnumSource(names = {"DENSE", "SPARSE"})
  void fiftyStepsOfAResidualNetworkAgreeToFloatDrift(Storage storage) {
    var ours = losses(new CpuEngine(), storage);
    var theirs = losses(new TorchEngine(), storage);

    for (var step = 0; step < STEPS; step++) {
      // Until a rounding error moves one value across the kink of its ReLU, curves are the same in
      // six digits; after that gradients differ in the second, and the curves still have to agree.
      var tolerance = step < 2 ? 1e-5 : 0.01 + 0.05 * theirs.get(step);
      assertThat(ours.get(step))
          .as("loss of step %d", step)
          .isCloseTo(theirs.get(step), within(tolerance));
    }
    assertThat(ours.getLast()).isLessThan(0.7 * ours.getFirst());
  }

  private static List<Double> losses(Engine engine, Storage storage) {
    var parameters = new Parameters(NETWORK, spec -> stored(spec, storage));
    Initialiser.STANDARD.initialise(parameters, new Randoms(5));
    var optimizer = new Sgd(0.9, true, new WeightDecay(1e-4));
    var batch = samples();
    var losses = new ArrayList<Double>();
    var options = new Engine.Options(BATCH, 1, 1, true);
    try (var executor = engine.compile(NETWORK, parameters, new Loss.CrossEntropy(0), options)) {
      for (var step = 0; step < STEPS; step++) {
        executor.forward(batch, Mode.TRAINING, step);
        losses.add(executor.loss());
        executor.backward();
        executor.update(optimizer, 0.01, step);
      }
    }
    return losses;
  }

  /** A quarter of the weights where they are stored sparse. */
  private static Parameter stored(ParameterSpec spec, Storage storage) {
    if (storage == Storage.DENSE || !spec.prunable()) {
      return Parameter.dense(spec);
    }
    var stream = new Randoms(7).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = LongStream.range(0, spec.size()).filter(_ -> stream.nextInt(4) == 0).toArray();
    return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions));
  }

  private static Batch samples() {
    var stream = new Randoms(6).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(BATCH, NETWORK.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var sample = 0; sample < BATCH; sample++) {
      batch.labels()[sample] = stream.nextInt(10);
    }
    return batch;
  }
}
