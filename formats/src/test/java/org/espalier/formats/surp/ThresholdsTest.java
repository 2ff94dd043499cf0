package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ThresholdsTest {

  @Test
  void meanResidualIsKnownWithoutBeingMeasured() {
    var count = 50_000;
    var residuals = new Residuals(Weights.laplacian(count, 5), 1);
    var mean = residuals.sum() / count;
    var thresholds = new Thresholds(count, mean, Settings.DEFAULT.firstMultiple(count), 0.95);

    for (var steps = 0; steps < 30_000; ) {
      var threshold = thresholds.current();
      var candidates = residuals.collect(threshold);
      if (candidates == 0) {
        thresholds.endEmptyPass();
        continue;
      }
      for (var i = 0; i < candidates; i++) {
        residuals.subtract(residuals.candidate(i), threshold);
      }
      thresholds.endPass(candidates);
      steps += candidates;
    }

    assertThat(thresholds.mean(0)).isCloseTo(residuals.sum() / count, within(1e-12 * mean));
  }

  @Test
  void thresholdsFollowTheMean() {
    var thresholds = new Thresholds(100, 1, 4, 0.8);
    assertThat(thresholds.current()).isEqualTo(4);
    assertThat(thresholds.width()).isEqualTo(1);
    thresholds.endPass(3);
    assertThat(thresholds.mean(0)).isCloseTo(1 - 0.12, within(1e-12));
    assertThat(thresholds.current()).isCloseTo(4 * (1 - 0.12), within(1e-12));
    assertThat(thresholds.width()).isCloseTo(0.12, within(1e-12));
  }

  @Test
  void theMultipleShrinksWhereNothingIsLeftToTake() {
    var thresholds = new Thresholds(100, 1, 4, 0.8);
    thresholds.endEmptyPass();
    assertThat(thresholds.current()).isCloseTo(3.2, within(1e-12));
    assertThat(thresholds.mean(0)).isEqualTo(1);
    assertThat(thresholds.width()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void noThresholdFallsByMoreThanTheMultipleShrinks() {
    var thresholds = new Thresholds(100, 1, 4, 0.8);
    thresholds.endPass(10);
    assertThat(thresholds.mean(0)).isCloseTo(0.6, within(1e-12));
    assertThat(thresholds.current()).isCloseTo(3.2, within(1e-12));
    thresholds.endEmptyPass(); // above 4 · 0.6: the multiple stays
    assertThat(thresholds.current()).isCloseTo(2.56, within(1e-12));
    thresholds.endEmptyPass();
    assertThat(thresholds.current()).isCloseTo(2.4, within(1e-12));
    thresholds.endEmptyPass();
    assertThat(thresholds.current()).isCloseTo(1.92, within(1e-12));
  }

  @Test
  void tooLittleLeftEndsTheRefinement() {
    assertThat(new Thresholds(10, 1, 4, 0.95).exhausted()).isFalse();
    assertThat(new Thresholds(0, 0, 4, 0.95).exhausted()).isTrue();
    assertThat(new Thresholds(10, 1, 9e-4, 0.95).exhausted()).isTrue();
    assertThat(new Thresholds(10, 1, Double.NaN, 0.95).exhausted()).isTrue();
  }
}
