package org.espalier.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {

  @Test
  void numbersHaveAboutThreeDigitsAndAUnit() {
    assertThat(Quantity.bytes(0)).isEqualTo("0 B");
    assertThat(Quantity.bytes(1023)).isEqualTo("1023 B");
    assertThat(Quantity.bytes(1536)).isEqualTo("1.50 KiB");
    assertThat(Quantity.bytes(3L << 30)).isEqualTo("3.00 GiB");
    assertThat(Quantity.scaled(999)).isEqualTo("999");
    assertThat(Quantity.scaled(26_620)).isEqualTo("26.6 k");
    assertThat(Quantity.percent(0.9)).isEqualTo("90.00 %");
    assertThat(Quantity.percent(0.00123)).isEqualTo("0.123 %");
    assertThat(Quantity.shortPercent(0.98)).isEqualTo("98 %");
    assertThat(Quantity.shortPercent(0.985)).isEqualTo("98.5 %");
    assertThat(Quantity.shortest(-0.0)).isEqualTo("0");
    assertThat(Quantity.shortest(100)).isEqualTo("100");
    assertThat(Quantity.digits(0.00012345)).isEqualTo("0.00012");
    assertThat(Quantity.loss(2.30258)).isEqualTo("2.3026");
    assertThat(Quantity.loss(3.4e38)).isEqualTo("3.40e+38");
    assertThat(Quantity.loss(Double.NaN)).isEqualTo("NaN");
    assertThat(Quantity.seconds(3720)).isEqualTo("62 min");
    assertThat(Quantity.seconds(7320)).isEqualTo("2 h 02 min");
  }

  @Test
  void axesHaveRoundTicksThatCoverTheValues() {
    assertThat(Scale.covering(0.703, 0.931, 5, 0, 100).ticks())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
        .containsExactly(0.7, 0.75, 0.8, 0.85, 0.9, 0.95);
    assertThat(Scale.covering(5, 5, 5, 0, 100).low()).isLessThan(5);
    assertThat(Scale.whole(1, 1, 7, 0, 100).pixel(1)).isEqualTo(50);
    assertThat(Scale.inUnits(1024, 3000, 4, 0, 100).ticks())
        .containsExactly(0.0, 1024.0, 2048.0, 3072.0);
  }

  @Test
  void ratiosDoubleFromTickToTick() {
    var scale = DoublingScale.covering(0.8, 4.1, 0, 80);

    assertThat(scale.ticks()).containsExactly(0.5, 1.0, 2.0, 4.0, 8.0);
    assertThat(scale.ticks().stream().map(scale::pixel))
        .containsExactly(0.0, 20.0, 40.0, 60.0, 80.0);
    assertThat(DoublingScale.covering(1, 1, 0, 80).ticks()).containsExactly(1.0, 2.0);
  }
}
