package org.espalier.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomStreamTest {

  /** The known answers of philox4x32-10 published with Random123 (kat_vectors). */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0000000000000000, 0000000000000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffffffffffff, ffffffffffffffff, ffffffffffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "85a308d3243f6a88, 0370734413198a2e, 299f31d0a4093822, d16cfe09 94fdcceb 5001e420 24126ea1",
  })
  void agreesWithThePublishedVectors(String counter, String high, String key, String expected) {
    var stream = new RandomStream(hex(key), hex(high), hex(counter));

    var words = IntStream.range(0, 4).mapToObj(i -> "%08x".formatted(stream.nextInt())).toList();

    assertThat(String.join(" ", words)).isEqualTo(expected);
  }

  @Test
  void seekingFindsTheWordsOfReadingOn() {
    var stream = new RandomStream(5, 6);
    var words = IntStream.range(0, 40).map(i -> stream.nextInt()).toArray();

    for (var start : new int[] {17, 0, 39, 4, 5, 6, 7, 8, 8}) {
      stream.seek(start);
      for (var i = start; i < words.length; i++) {
        assertThat(stream.nextInt()).as("word %d after seeking %d", i, start).isEqualTo(words[i]);
      }
    }
    assertThatThrownBy(() -> stream.seek(-1)).hasMessageContaining("-1");
  }

  @Test
  void continuesWithTheNextBlock() {
    var stream = new RandomStream(1, 2);
    IntStream.range(0, 4).forEach(i -> stream.nextInt());

    assertThat(stream.nextInt()).isEqualTo(new RandomStream(1, 2, 1).nextInt());
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "2, 10", "3, 1", "4, 48"})
  void boundedIntegersAreUniform(long seed, int bound) {
    var stream = new RandomStream(seed, 0);
    var counts = new int[bound];
    for (var i = 0; i < 100_000; i++) {
      counts[stream.nextInt(bound)]++;
    }
    assertUniform(counts, seed);
  }

  @Test
  void boundedLongsAreUniform() {
    var seed = 5L;
    var stream = new RandomStream(seed, 0);
    var counts = new int[12];
    for (var i = 0; i < 100_000; i++) {
      // 3·2⁶¹ is a bound at which taking a remainder would favour small numbers.
      counts[(int) (stream.nextLong(3L << 61) >>> 59)]++;
    }
    assertUniform(counts, seed);
  }

  @Test
  void fractionsFillTheUnitInterval() {
    var stream = new RandomStream(6, 0);
    var floats = new int[20];
    var doubles = new int[20];
    for (var i = 0; i < 100_000; i++) {
      floats[(int) (stream.nextFloat() * 20)]++;
      doubles[(int) (stream.nextDouble() * 20)]++;
    }
    assertUniform(floats, 6);
    assertUniform(doubles, 6);
  }

  @Test
  void gaussiansHaveTheMomentsOfTheNormalDistribution() {
    var stream = new RandomStream(7, 0);
    var count = 200_000;
    var moments = new double[5];
    for (var i = 0; i < count; i++) {
      var x = stream.nextGaussian();
      for (var power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x, power) / count;
      }
    }
    assertThat(moments[1]).as("mean").isCloseTo(0, within(0.01));
    assertThat(moments[2]).as("variance").isCloseTo(1, within(0.02));
    assertThat(moments[3]).as("skewness").isCloseTo(0, within(0.04));
    assertThat(moments[4]).as("kurtosis").isCloseTo(3, within(0.1));
  }

  @Test
  void allPermutationsAreEquallyLikely() {
    var stream = new RandomStream(8, 0);
    var counts = new HashMap<String, Integer>();
    for (var i = 0; i < 48_000; i++) {
      counts.merge(Arrays.toString(stream.permutation(4)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    assertUniform(counts.values().stream().mapToInt(Integer::intValue).toArray(), 8);
  }

  @ParameterizedTest
  @CsvSource({"9, 2", "10, 3", "11, 4"}) // below and above half, where the others are drawn
  void allSamplesAreEquallyLikely(long seed, int count) {
    var stream = new RandomStream(seed, 0);
    var counts = new HashMap<String, Integer>();
    for (var i = 0; i < 40_000; i++) {
      counts.merge(Arrays.toString(stream.sample(6, count)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(count == 3 ? 20 : 15);
    assertUniform(counts.values().stream().mapToInt(Integer::intValue).toArray(), seed);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 0, 0",
    "13, 1, 1",
    "14, 1000, 0",
    "15, 1000, 1000",
    "16, 1000, 999",
    "17, 1000, 501",
    "18, 1000, 500",
    "19, 250000000000, 100000",
    "20, 9000000000000000000, 1000"
  })
  void samplesAreAscendingAndWithinBounds(long seed, long bound, int count) {
    var sample = new RandomStream(seed, 0).sample(bound, count);

    assertThat(sample).as("seed %d", seed).hasSize(count);
    for (var i = 0; i < count; i++) {
      assertThat(sample[i]).isGreaterThan(i == 0 ? -1 : sample[i - 1]).isLessThan(bound);
    }
    assertThat(new RandomStream(seed, 0).sample(bound, count)).isEqualTo(sample);
  }

  @Test
  void refusesSamplesLargerThanTheirRange() {
    assertThatThrownBy(() -> new RandomStream(1, 0).sample(5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 distinct numbers below 5");
  }

  /** Pearson's χ², at six standard deviations: a sound stream fails about never. */
  private static void assertUniform(int[] counts, long seed) {
    var expected = Arrays.stream(counts).sum() / (double) counts.length;
    var chiSquare = Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    var freedom = counts.length - 1;
    assertThat(chiSquare / expected)
        .as("χ² of %d degrees of freedom, seed %d", freedom, seed)
        .isLessThanOrEqualTo(freedom + 6 * Math.sqrt(2.0 * freedom));
  }

  private static long hex(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }
}
