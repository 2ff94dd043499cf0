package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
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
}
