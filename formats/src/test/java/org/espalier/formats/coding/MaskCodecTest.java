package org.espalier.formats.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every codec of masks promises. */
class MaskCodecTest {
  static final List<MaskCodec> CODECS = MaskCodecs.ALL;

  private static final double[] DENSITIES = {0, 1e-6, 0.001, 0.01, 0.1, 0.5, 0.9, 1};
  private static final int[] SIZES = {0, 1, 7, 8, 63, 64, 65, 65_535, 65_536, 1_000_000};

  @ParameterizedTest
  @FieldSource("CODECS")
  void randomMasksComeBack(MaskCodec codec) throws DataFormatException {
    for (var positions : SIZES) {
      for (var density : DENSITIES) {
        var mask = Masks.random(positions, density, 1);
        var decoded = codec.decode(codec.encode(mask), positions);
        assertThat(decoded.equals(mask))
            .as("%s, %d positions, density %s, seed 1", codec.name(), positions, density)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void adversarialMasksComeBack(MaskCodec codec) throws DataFormatException {
    for (var positions : new int[] {1, 2, 9, 1000, 70_001}) {
      for (var mask : Masks.adversarial(positions).entrySet()) {
        var decoded = codec.decode(codec.encode(mask.getValue()), positions);
        assertThat(decoded)
            .as("%s, %d positions, %s", codec.name(), positions, mask.getKey())
            .isEqualTo(mask.getValue());
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void truncationAtEveryByteIsRefused(MaskCodec codec) {
    for (var density : new double[] {0.01, 0.3, 0.95}) {
      var mask = Masks.random(3001, density, 2);
      var bytes = codec.encode(mask);
      for (var length = 0; length < bytes.length; length++) {
        var cut = length;
        assertThatThrownBy(() -> codec.decode(bytes, 0, cut, 3001))
            .as("%s, density %s, %d of %d bytes", codec.name(), density, length, bytes.length)
            .isInstanceOf(DataFormatException.class)
            .hasMessageMatching(".+");
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void bytesAfterTheEndAreRefused(MaskCodec codec) {
    for (var positions : new int[] {0, 1, 3001}) {
      var bytes = codec.encode(Masks.random(positions, 0.1, 3));
      assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1), positions))
          .as("%s, %d positions", codec.name(), positions)
          .isInstanceOf(DataFormatException.class);
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void flippedBitsGiveAMaskOrACheckedError(MaskCodec codec) {
    for (var density : new double[] {0.01, 0.3, 0.95}) {
      var bytes = codec.encode(Masks.random(2011, density, 4));
      for (var at = 0; at < bytes.length; at++) {
        for (var bit = 0; bit < 8; bit++) {
          bytes[at] ^= (byte) (1 << bit);
          survives(codec, bytes, 2011, "bit " + bit + " of byte " + at);
          bytes[at] ^= (byte) (1 << bit);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void noiseGivesAMaskOrACheckedError(MaskCodec codec) {
    for (var seed = 1; seed <= 3000; seed++) {
      var random = new SplittableRandom(seed);
      var bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      if (bytes.length > 4 && random.nextBoolean()) { // headers that make sense now and then
        bytes[0] &= 0x7f;
        bytes[1] &= 3;
      }
      survives(codec, bytes, random.nextInt(5000), "seed " + seed);
    }
  }

  /** Counts and lengths that a few bytes promise must not be believed. */
  @ParameterizedTest
  @FieldSource("CODECS")
  void fewBytesDoNotTakeMoreMemoryThanThePositions(MaskCodec codec) {
    var positions = 8_000_000;
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (var seed = 1; seed <= 200; seed++) {
      var random = new SplittableRandom(seed);
      var bytes = new byte[64];
      random.nextBytes(bytes);
      for (var i = 0; i < 3; i++) { // a number of ones that may be, more often than not
        bytes[i] |= (byte) 0x80;
      }
      bytes[3] = (byte) random.nextInt(1, 8);
      bytes[4] = (byte) random.nextInt(3);
      bytes[5] = (byte) random.nextInt(3);
      var before = threads.getCurrentThreadAllocatedBytes();
      survives(codec, bytes, positions, "seed " + seed);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("%s, seed %d", codec.name(), seed)
          .isLessThan(8L * positions / 8 + 1_000_000);
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void nothingAroundTheRangeMatters(MaskCodec codec) throws DataFormatException {
    for (var positions : new int[] {0, 1, 1000, 4097}) {
      var mask = Masks.random(positions, 0.07, 5);
      var bytes = codec.encode(mask);
      for (var guard : new byte[] {0, (byte) 0xff, 0x55}) {
        var guarded = new byte[bytes.length + 32];
        Arrays.fill(guarded, guard);
        System.arraycopy(bytes, 0, guarded, 16, bytes.length);
        assertThat(codec.decode(guarded, 16, 16 + bytes.length, positions))
            .as("%s, %d positions, guards %d", codec.name(), positions, guard)
            .isEqualTo(mask);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void sameMaskGivesTheSameBytesAndStaysAsItWas(MaskCodec codec) throws DataFormatException {
    var mask = Masks.random(5000, 0.8, 6);
    var bytes = codec.encode(mask);
    assertThat(mask).isEqualTo(Masks.random(5000, 0.8, 6));
    assertThat(codec.encode(mask)).isEqualTo(bytes);
    var before = bytes.clone();
    codec.decode(bytes, 5000);
    assertThat(bytes).isEqualTo(before);
  }

  /** Percent on 4 Mi positions of densities 0.5 to 0.001; none where a code makes no sense. */
  private static final Map<String, double[]> OVERHEADS =
      Map.of(
          "range-static", new double[] {0.001, 0.001, 0.002, 0.005, 0.04, 0.9},
          "range-adaptive", new double[] {0.001, 0.002, 0.003, 0.006, 0.04, 1.0},
          "rans-bytes", new double[] {0.007, 0.06, 0.05, 0.04, 0.05, Double.NaN},
          "rans-gaps", new double[] {Double.NaN, 0.06, 0.05, 0.04, 0.05, 0.07},
          "rice", new double[] {0, 2.3, 1.4, 1.0, 0.35, 0.7},
          "golomb", new double[] {0, 0.83, 0.74, 0.57, 0.32, 0.22},
          "elias-fano", new double[] {50, 18, 12, 9, 6, 4.8},
          "bitmap", new double[] {0});

  @ParameterizedTest
  @FieldSource("CODECS")
  void lengthIsAsFarFromTheEntropyAsTheCodeAllows(MaskCodec codec) {
    var densities = new double[] {0.5, 0.2, 0.1, 0.05, 0.01, 0.001};
    assertThat(OVERHEADS).containsKey(codec.name());
    var overheads = OVERHEADS.getOrDefault(codec.name(), new double[0]);
    for (var i = 0; i < overheads.length; i++) {
      var mask = Masks.random(1 << 22, densities[i], 7);
      var entropy = MaskEntropy.bits(mask.count(), mask.positions());
      var overhead = 100 * (8.0 * codec.encode(mask).length / entropy - 1);
      if (!Double.isNaN(overheads[i])) {
        assertThat(overhead)
            .as("%% overhead of %s at density %s", codec.name(), densities[i])
            .isLessThan(overheads[i] + 0.2);
      }
    }
  }

  @Test
  void bestIsWithinHalfAPercentOfTheEntropyFromAMillionPositions() throws DataFormatException {
    for (var density : new double[] {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5}) {
      var mask = Masks.random(1_000_000, density, 8);
      var best = MaskCodecs.best(mask);
      var entropy = MaskEntropy.bits(mask.count(), mask.positions());
      assertThat(8.0 * best.bytes().length / entropy)
          .as("density %s by %s", density, best.codec().name())
          .isLessThan(1.005);
      assertThat(best.decode()).isEqualTo(mask);
    }
  }

  @Test
  void bestIsWithinAHundredthOfTheShortestWhateverTheMask() {
    for (var mask : Masks.adversarial(20_000).entrySet()) {
      var best = MaskCodecs.best(mask.getValue());
      for (var codec : CODECS) {
        assertThat(best.bytes().length)
            .as("%s: %s against %s", mask.getKey(), best.codec().name(), codec.name())
            .isLessThanOrEqualTo(codec.encode(mask.getValue()).length * 101 / 100);
      }
    }
  }

  private static void survives(MaskCodec codec, byte[] bytes, int positions, String what) {
    try {
      assertThat(codec.decode(bytes, positions).positions()).isEqualTo(positions);
    } catch (DataFormatException e) {
      assertThat(e.getMessage()).as("%s, %s", codec.name(), what).isNotBlank();
    } catch (RuntimeException e) {
      throw new AssertionError(codec.name() + ", " + what + ", " + positions + " positions", e);
    }
  }
}
