package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallestMagnitudesTest {

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 17", "4, 500", "5, 1020", "6, 1021"})
  void choosesWhatSortingWouldChoose(long seed, int count) {
    var random = new Random(seed);
    var values = new float[1021];
    for (var i = 0; i < values.length; i++) {
      // Neighbouring floats, ties and magnitudes from subnormal to huge.
      values[i] =
          switch (i % 3) {
            case 0 -> Float.intBitsToFloat(0x3F800000 + random.nextInt(40)) * (i % 2 * 2 - 1);
            case 1 -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-44, 38)));
            default -> random.nextInt(-3, 4);
          };
    }

    assertThat(SmallestMagnitudes.indices(values, count))
        .as("seed %d", seed)
        .isEqualTo(sorted(values, count));
  }

  @Test
  void takesTheLowerIndexOfEqualMagnitudes() {
    assertThat(SmallestMagnitudes.indices(new float[] {2, -1, 1, -0f, 1, 0}, 4))
        .containsExactly(1, 2, 3, 5);
  }

  @Test
  void takesInfinityLast() {
    assertThat(
            SmallestMagnitudes.indices(new float[] {Float.NEGATIVE_INFINITY, Float.MAX_VALUE}, 1))
        .containsExactly(1);
  }

  @Test
  void refusesWeightsThatAreNoNumbers() {
    assertThatThrownBy(() -> SmallestMagnitudes.indices(new float[] {1, Float.NaN, 2}, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("weight number 1 is NaN");
  }

  @Test
  void refusesToChooseMoreThanThereAre() {
    assertThatThrownBy(() -> SmallestMagnitudes.indices(new float[3], 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 smallest of 3");
  }

  private static int[] sorted(float[] values, int count) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> Math.abs(values[i]))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
