package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LargestGradientsTest {
  private static final int ROWS = 61;
  private static final int COLUMNS = 131;

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 7", "3, 500", "4, 3000", "5, 7000", "6, 7991", "7, 20000", "8, 0"})
  void keepsWhatSortingTheDenseGradientWouldKeep(long seed, int wanted) {
    var random = new Random(seed);
    var topology = randomTopology(random, 0.1);
    var gradient = randomGradient(random);

    var collector = new LargestGradients("fc1.weight", wanted);
    for (var row = 0; row < ROWS; row++) {
      collector.offerRow(topology, row, 0, COLUMNS, gradient, row * COLUMNS);
    }

    assertHolds(collector.result(), sorted(topology, gradient, wanted), gradient, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void dependsNeitherOnTheOrderOfStripsNorOnTheirCollector(long seed) {
    var random = new Random(seed);
    var topology = randomTopology(random, 0.3);
    var gradient = randomGradient(random);
    var wanted = 1500;

    var one = new LargestGradients("fc1.weight", wanted);
    var two = new LargestGradients("fc1.weight", wanted);
    for (var from : new int[] {97, 0, 64}) {
      var to = from == 0 ? 64 : from == 64 ? 97 : COLUMNS;
      for (var row = ROWS - 1; row >= 0; row--) {
        (random.nextBoolean() ? one : two)
            .offerRow(topology, row, from, to, gradient, row * COLUMNS + from);
      }
    }
    one.merge(two);

    assertHolds(one.result(), sorted(topology, gradient, wanted), gradient, seed);
  }

  @Test
  void givesAllAbsentPositionsEvenIfTheirGradientIsZero() {
    var topology = Topology.of(2, 3, new long[] {1, 5});
    var collector = new LargestGradients("fc1.weight", 10);
    collector.offerRow(topology, 0, 0, 3, new float[] {0, 9, -0f}, 0);
    collector.offerRow(topology, 1, 0, 3, new float[] {0, -1, 9}, 0);

    assertThat(collector.result().positions()).containsExactly(4, 0, 2, 3);
    assertThat(collector.result().gradients()).containsExactly(-1, 0, -0f, 0);
  }

  @Test
  void breaksTiesByPositionWhateverTheSign() {
    var collector = new LargestGradients("fc1.weight", 2);
    LongStream.iterate(9_999, position -> position >= 0, position -> position - 1)
        .forEach(position -> collector.offer(position, position % 2 == 0 ? -0.5f : 0.5f));

    assertThat(collector.result().positions()).containsExactly(0, 1);
    assertThat(collector.result().gradients()).containsExactly(-0.5f, 0.5f);
  }

  @Test
  void takesPositionsBeyondTheRangeOfInt() {
    var columns = 3_000_000;
    var collector = new LargestGradients("fc1.weight", 2);
    var topology = Topology.of(2_000, columns, new long[] {1_999L * columns + 1});
    collector.offerRow(topology, 1_999, 0, 3, new float[] {1, 7, 3}, 0);

    assertThat(collector.result().positions())
        .containsExactly(1_999L * columns + 2, 1_999L * columns);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesGradientsThatAreNotFinite(float gradient) {
    var collector = new LargestGradients("fc1.weight", 2);
    for (var position = 0; position < 5_000; position++) {
      collector.offer(position, 1e30f);
    }

    assertThatThrownBy(() -> collector.offer(6_000, gradient))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("fc1.weight", "position 6000", Float.toString(gradient));
  }

  private static Topology randomTopology(Random random, double density) {
    return Topology.of(
        ROWS,
        COLUMNS,
        LongStream.range(0, ROWS * COLUMNS).filter(p -> random.nextDouble() < density).toArray());
  }

  /** Few distinct magnitudes, so that ties are common, and some zeros. */
  private static float[] randomGradient(Random random) {
    var gradient = new float[ROWS * COLUMNS];
    for (var i = 0; i < gradient.length; i++) {
      gradient[i] = (float) Math.rint(random.nextGaussian() * 50) / 64;
    }
    return gradient;
  }

  private static long[] sorted(Topology topology, float[] gradient, int wanted) {
    return LongStream.range(0, ROWS * COLUMNS)
        .filter(position -> !topology.active(position))
        .boxed()
        .sorted(
            Comparator.comparingDouble((Long position) -> -Math.abs(gradient[position.intValue()]))
                .thenComparing(Comparator.naturalOrder()))
        .limit(wanted)
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static void assertHolds(
      AbsentGradients actual, long[] positions, float[] gradient, long seed) {
    var expected = new float[positions.length];
    for (var i = 0; i < expected.length; i++) {
      expected[i] = gradient[(int) positions[i]];
    }
    assertThat(actual.positions()).as("seed %d", seed).isEqualTo(positions);
    assertThat(actual.gradients()).as("seed %d", seed).isEqualTo(expected);
  }
}
