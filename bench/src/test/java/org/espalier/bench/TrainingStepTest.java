package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;

class TrainingStepTest {

  @Test
  void withATenthOfItsWeightsAVggTakesAFifthOfTheMemoryOfADenseOneOrLess() {
    var network = Models.named("vgg-16-bn", new Shape(3, 32, 32), 10);
    var masks = Masks.of(network, 0.9, "erk", "1x1");
    try (var step = new TrainingStep(new CpuEngine(), network, masks, 1, 1)) {
      step.run();

      var dense = Footprint.dense(network, 1, 0);
      assertThat(5 * step.footprint().parameters()).isLessThanOrEqualTo(dense.parameters());
    }
  }
}
