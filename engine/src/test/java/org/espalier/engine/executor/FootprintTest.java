package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.api.Test;

class FootprintTest {

  @Test
  void theDenseNetworkTrainsAllButRunningStatistics() {
    var network =
        NetworkBuilder.of("test", new Shape(2, 4, 4))
            .conv("conv", 3, 3, 1)
            .batchNorm("bn")
            .flatten("flatten")
            .linear("fc", 5)
            .build();
    var trained = 3L * 2 * 9 + 2 * 3 + 48 * 5 + 5;

    var footprint = Footprint.dense(network, 2, 1000);

    assertThat(footprint)
        .isEqualTo(new Footprint(4 * (trained + 6), 4 * trained, 8 * trained, 0, 1000));
  }

  @Test
  void onlyTrainingTakesMemoryForGradients() {
    var network = TestNetworks.mlp();
    var parameters = TestNetworks.parameters(network, Storage.SPARSE, 3);
    assertThat(gradientBytes(network, parameters, false)).isZero();

    var stored = 0L;
    for (var parameter : parameters) {
      stored += parameter.stored();
    }
    assertThat(gradientBytes(network, parameters, true)).isEqualTo(4 * stored);
  }

  private static long gradientBytes(Network network, Parameters parameters, boolean training) {
    var options = new Engine.Options(2, 1, 1, training);
    try (var executor =
        new CpuEngine().compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      return executor.footprint().gradients();
    }
  }
}
