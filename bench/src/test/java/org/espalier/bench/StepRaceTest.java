package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;

class StepRaceTest {

  @Test
  void rareCostsFallOnEverySecondOfAPair() {
    var pairs = new PairedTiming.Pairs(new double[] {8, 8, 8}, new double[] {1, 2, 3});

    var result = pairs.chargingSecond(2).summary();

    assertThat(result.secondMs()).isCloseTo(4, within(1e-12));
    assertThat(result.ratio()).isCloseTo(2, within(1e-12));
    assertThat(result.ratioLow()).isCloseTo(8 / 5.0, within(1e-12));
    assertThat(result.ratioHigh()).isCloseTo(8 / 3.0, within(1e-12));
  }

  @Test
  void anUpdateMovesWeightsAndKeepsTheirNumber() {
    var network = Models.named("mlp:64x64", new Shape(1, 28, 28), 10);
    var masks = Masks.of(network, 0.9, "erk", "1x1");
    try (var step = new TrainingStep(new CpuEngine(), network, masks, 16, 1)) {
      var before = step.topology("fc1.weight");
      var nonZeros = step.nonZeros();
      step.run();
      step.rewire();
      step.run();
      var once = step.topology("fc1.weight");
      step.rewire();

      assertThat(once).isNotEqualTo(before);
      assertThat(step.topology("fc1.weight")).isNotEqualTo(once);
      assertThat(step.nonZeros()).isEqualTo(nonZeros);
    }
  }
}
