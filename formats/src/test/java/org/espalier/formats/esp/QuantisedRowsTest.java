package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantisedRowsTest {
  private static final int[] ROWS = {0, 300, 300, 301, 1000};

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void everyWeightIsWithinOneAndAHalfLevels(int bits) {
    var weights = weights(bits);
    var rows = QuantisedRows.of(ROWS, weights, bits);
    var values = rows.values(ROWS);

    for (var row = 0; row < ROWS.length - 1; row++) {
      var scale = QuantisedRows.value(rows.scales()[row]);
      for (var i = ROWS[row]; i < ROWS[row + 1]; i++) {
        assertThat(values[i]).isCloseTo(weights[i], within(1.5f * scale));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void theSumOfARowIsRightToHalfALevel(int bits) {
    var weights = weights(bits);
    var rows = QuantisedRows.of(ROWS, weights, bits);
    var values = rows.values(ROWS);

    for (var row = 0; row < ROWS.length - 1; row++) {
      var error = 0.0;
      for (var i = ROWS[row]; i < ROWS[row + 1]; i++) {
        error += values[i] - (double) weights[i];
      }
      var half = 0.5001 * QuantisedRows.value(rows.scales()[row]);
      assertThat(Math.abs(error)).as("row " + row).isLessThanOrEqualTo(half);
    }
  }

  /** Feedback moves as few weights as the sum asks for. */
  @Test
  void mostWeightsStayAtTheNearestLevel() {
    var weights = weights(1);
    var rows = QuantisedRows.of(ROWS, weights, 4);
    var moved = 0;
    for (var row = 0; row < ROWS.length - 1; row++) {
      var scale = (double) QuantisedRows.value(rows.scales()[row]);
      for (var i = ROWS[row]; i < ROWS[row + 1]; i++) {
        moved += Math.round(weights[i] / scale) == rows.levels()[i] ? 0 : 1;
      }
    }
    assertThat(moved).isLessThan(50);
  }

  @Test
  void aRowOfZerosHasNoScale() {
    var rows = QuantisedRows.of(new int[] {0, 2, 3}, new float[] {0, 0, 7}, 4);

    assertThat(rows.scales()[0]).isZero();
    assertThat(rows.values(new int[] {0, 2, 3})).containsExactly(0, 0, 7);
    assertThat(rows.zeros()).containsExactly(0, 1);
    assertThat(rows.withoutZeros().levels()).containsExactly(7);
  }

  @Test
  void theSmallestAndTheLargestFloatsAreTakenOrRefused() {
    var start = new int[] {0, 1};
    assertThat(QuantisedRows.of(start, new float[] {Float.MIN_VALUE}, 8).finite()).isTrue();
    assertThat(QuantisedRows.of(start, new float[] {Float.MAX_VALUE}, 8).finite()).isTrue();
    assertThat(QuantisedRows.of(start, new float[] {Float.MAX_VALUE}, 2).finite()).isFalse();
  }

  private static float[] weights(int seed) {
    var random = new Randoms(seed).stream(Purpose.INITIALISATION, 0, 0);
    var weights = new float[ROWS[ROWS.length - 1]];
    for (var i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }
}
