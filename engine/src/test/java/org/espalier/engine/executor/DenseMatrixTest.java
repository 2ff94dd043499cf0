package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseMatrixTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void theGradientOfFewRowsIsWorkForAllThreads(int threads) {
    var network =
        NetworkBuilder.of("small", new Shape(4, 24, 24))
            .conv("conv", 16, 3, 1)
            .flatten("flatten")
            .linear("fc", 3)
            .build();
    var parameters = TestNetworks.parameters(network, Storage.DENSE, 1);
    var tasks = new SharedTasks();
    try (var executor =
        new CpuEngine(Kernels.best(), tasks)
            .compile(
                network,
                parameters,
                new Loss.CrossEntropy(0),
                new Engine.Options(16, threads, 1, true))) {
      executor.forward(TestNetworks.batch(network, 16, 3, 1), Executor.Mode.TRAINING, 0);
      executor.backward();
    }
    assertThat(tasks.of("conv", Tracer.Part.WEIGHT_GRADIENT)).isGreaterThanOrEqualTo(threads);
  }
}
