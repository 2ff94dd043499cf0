package org.espalier.formats.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeCoderTest {
  private static final int[] PROBABILITIES = {1, 2, 65, 655, 6554, 32768, 60000, 65534, 65535};

  @Test
  void decisionsAndRawBitsComeBackInTheirOrder() throws DataFormatException {
    for (var seed = 1; seed <= 200; seed++) {
      var encoder = new RangeEncoder();
      mixed(seed, 500, (bit, probability) -> encoder.encode(bit, probability), encoder::bits);
      var bytes = encoder.finish();

      var decoder = new RangeDecoder(bytes);
      var where = "seed " + seed;
      mixed(
          seed,
          500,
          (bit, probability) -> assertThat(decoder.decode(probability)).as(where).isEqualTo(bit),
          (value, count) -> assertThat(decoder.bits(count)).as(where).isEqualTo(value));
      assertThat(decoder.consumed()).as(where).isEqualTo(bytes.length);
      decoder.requireEnd();
    }
  }

  /**
   * All ones at probability 65535 and then unlikely zeros make runs of 255 that a carry crosses.
   */
  @Test
  void carriesCrossRunsOfFullBytes() throws DataFormatException {
    for (var ones = 0; ones < 64; ones++) {
      var encoder = new RangeEncoder();
      for (var i = 0; i < 16; i++) {
        encoder.bits(i == 0 ? 0x7fff : 0xffff, 16);
      }
      for (var i = 0; i < ones; i++) {
        encoder.encode(0, 65535);
      }
      encoder.bits(0xffff_ffff_ffff_ffffL, 64);
      var decoder = new RangeDecoder(encoder.finish());
      for (var i = 0; i < 16; i++) {
        assertThat(decoder.bits(16)).isEqualTo(i == 0 ? 0x7fff : 0xffff);
      }
      for (var i = 0; i < ones; i++) {
        assertThat(decoder.decode(65535)).isZero();
      }
      assertThat(decoder.bits(64)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999})
  void knownProbabilityCostsItsEntropyAndFiveBytes(double density) {
    var random = new SplittableRandom(7);
    var probability = (int) Math.round(density * 65536);
    var encoder = new RangeEncoder();
    var bits = 0.0;
    for (var i = 0; i < 1_000_000; i++) {
      var bit = random.nextDouble() < density ? 1 : 0;
      bits -= Math.log((bit == 1 ? probability : 65536 - probability) / 65536.0) / Math.log(2);
      encoder.encode(bit, probability);
    }

    assertThat(encoder.finish().length)
        .isLessThanOrEqualTo((int) Math.ceil(bits * 1.00001 / 8) + 5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-6, 0.001, 0.01, 0.1, 0.5, 0.9, 1})
  void learningCostsHalfTheLogarithmOfTheCount(double density) throws DataFormatException {
    var random = new SplittableRandom(8);
    var bits = new int[60_000]; // less than makes the counts halve
    Arrays.setAll(bits, _ -> random.nextDouble() < density ? 1 : 0);
    var encoder = new RangeEncoder();
    var model = new AdaptiveBit();
    for (var bit : bits) {
      model.encode(encoder, bit);
    }
    var bytes = encoder.finish();

    var decoder = new RangeDecoder(bytes);
    var learner = new AdaptiveBit();
    for (var bit : bits) {
      assertThat(learner.decode(decoder)).isEqualTo(bit);
    }
    var entropy = MaskEntropy.bits(Arrays.stream(bits).sum(), bits.length);
    var learning = Math.log(bits.length) / Math.log(2) / 2 + 1;
    assertThat(8.0 * bytes.length).isLessThan(entropy * 1.0001 + learning + 8 * 5 + 2);
  }

  @Test
  void countsHalveSoThatTheModelFollows() {
    var model = new AdaptiveBit();
    var encoder = new RangeEncoder();
    for (var i = 0; i < 65_535; i++) {
      model.encode(encoder, 0);
    }
    assertThat(model.probability()).isEqualTo(1); // (0 + ½) / 65536, never below 1/65536
    model.encode(encoder, 0); // 65,536 zeros are now 32,768
    assertThat(model.probability()).isEqualTo(1);
    for (var i = 0; i < 32_767; i++) {
      model.encode(encoder, 1);
    }
    assertThat(model.probability()).isBetween(32_760, 32_768);
  }

  @Test
  void symbolsComeBackAndFrequentOnesAreCheap() throws DataFormatException {
    for (var bits : new int[] {0, 1, 3, 8, 16}) {
      var random = new SplittableRandom(bits);
      var symbols = new int[2000];
      Arrays.setAll(
          symbols, _ -> random.nextInt(10) > 0 ? (1 << bits) - 1 : random.nextInt(1 << bits));
      var encoder = new RangeEncoder();
      var model = new AdaptiveSymbol(bits);
      for (var symbol : symbols) {
        model.encode(encoder, symbol);
      }
      var bytes = encoder.finish();

      var decoder = new RangeDecoder(bytes);
      var learner = new AdaptiveSymbol(bits);
      for (var symbol : symbols) {
        assertThat(learner.decode(decoder)).isEqualTo(symbol);
      }
      decoder.requireEnd();
      assertThat(bytes.length).isLessThan(2000 * (bits + 8) / 32 + 16);
    }
  }

  @Test
  void numbersOfAllSizesComeBack() throws DataFormatException {
    var numbers = new ArrayList<Long>();
    for (var size = 0; size < 63; size++) {
      numbers.add((1L << size) - 1);
      numbers.add(1L << size);
    }
    numbers.add(Long.MAX_VALUE - 1);
    var encoder = new RangeEncoder();
    var model = new AdaptiveNumber();
    numbers.forEach(number -> model.encode(encoder, number));

    var decoder = new RangeDecoder(encoder.finish());
    var learner = new AdaptiveNumber();
    for (var number : numbers) {
      assertThat(learner.decode(decoder)).isEqualTo(number);
    }
    decoder.requireEnd();
    assertThatThrownBy(() -> model.encode(encoder, -1)).hasMessageContaining("number -1");
    assertThatThrownBy(() -> model.encode(encoder, Long.MAX_VALUE)).hasMessageContaining("2^63");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.02, 0.3})
  void gapsOfIndependentPositionsTakeTheirEntropy(double density) {
    var random = new SplittableRandom(9);
    var encoder = new RangeEncoder();
    var model = new AdaptiveNumber();
    var gaps = 50_000;
    var positions = 0L;
    for (var i = 0; i < gaps; i++) {
      var gap = (long) (Math.log(1 - random.nextDouble()) / Math.log1p(-density));
      model.encode(encoder, gap);
      positions += gap + 1;
    }

    assertThat(8.0 * encoder.finish().length)
        .isLessThan(1.001 * MaskEntropy.bits(gaps, positions) + 1000);
  }

  /**
   * What a progressive reader relies on: whatever a cut stream gives is right, and then it ends.
   */
  @Test
  void cutStreamGivesAPrefixOfTheDecisions() throws DataFormatException {
    var random = new SplittableRandom(10);
    var bits = new int[4000];
    Arrays.setAll(bits, _ -> random.nextInt(10) == 0 ? 1 : 0);
    var encoder = new RangeEncoder();
    for (var bit : bits) {
      encoder.encode(bit, 6554);
    }
    var bytes = encoder.finish();
    var before = 0;
    for (var length = 4; length < bytes.length; length++) {
      var decoder = new RangeDecoder(bytes, 0, length);
      var decoded = 0;
      try {
        while (decoded < bits.length) {
          assertThat(decoder.decode(6554)).isEqualTo(bits[decoded]);
          decoded++;
        }
      } catch (DataFormatException e) {
        assertThat(e)
            .hasMessage("range coder: the stream ends after " + length + " bytes, expected more");
      }
      assertThat(decoded).isBetween(before, bits.length - 1);
      before = decoded;
    }
    assertThat(before).isGreaterThan(bits.length - 150);
  }

  @Test
  void nothingOutsideTheRangeIsRead() throws DataFormatException {
    var encoder = new RangeEncoder();
    encoder.bits(0x1234_5678_9abcL, 48);
    var bytes = encoder.finish();
    var guarded = new byte[bytes.length + 6];
    Arrays.fill(guarded, (byte) 0xff);
    System.arraycopy(bytes, 0, guarded, 3, bytes.length);

    var decoder = new RangeDecoder(guarded, 3, 3 + bytes.length);
    assertThat(decoder.bits(48)).isEqualTo(0x1234_5678_9abcL);
    assertThatThrownBy(() -> decoder.bits(48)).isInstanceOf(DataFormatException.class);
    assertThatThrownBy(() -> new RangeDecoder(guarded, 0, 3))
        .isInstanceOf(DataFormatException.class);
    assertThatThrownBy(() -> new RangeDecoder(guarded).requireEnd())
        .hasMessageContaining("bytes after the end, expected none");
  }

  private interface Decision {
    void with(int bit, int probability) throws DataFormatException;
  }

  private interface Raw {
    void with(long value, int count) throws DataFormatException;
  }

  private static void mixed(int seed, int count, Decision decision, Raw raw)
      throws DataFormatException {
    var random = new SplittableRandom(seed);
    for (var i = 0; i < count; i++) {
      if (random.nextInt(4) == 0) {
        var width = random.nextInt(65);
        raw.with(width == 0 ? 0 : random.nextLong() >>> (64 - width), width);
      } else {
        var probability = PROBABILITIES[random.nextInt(PROBABILITIES.length)];
        // Likely and unlikely bits alike.
        decision.with(random.nextInt(2), probability);
      }
    }
  }
}
