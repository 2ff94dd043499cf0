package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

/** Nothing but {@link DataFormatException} comes of bytes that no encoder wrote, and soon. */
class DamagedStreamTest {
  private static final int[] LENGTHS = Weights.lengths(Weights.network(1));
  private static final SurpStream WHOLE =
      Surp.encode(Weights.network(1), Settings.DEFAULT, new Stop.Sparsity(0.3));
  private static final byte[] STREAM = WHOLE.bytes();
  private static final int HEADER = (int) WHOLE.report().headerBytes();

  @Test
  void everyFlippedBitDecodesToFiniteWeightsOrIsNoticed() {
    for (var bit = 0; bit < 8 * STREAM.length; bit++) {
      var damaged = STREAM.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      requireSafe(damaged, "bit " + bit);
    }
  }

  @Test
  void randomBytesBehindTheHeaderAreSafe() {
    var random = Weights.random(12);
    for (var round = 0; round < 300; round++) {
      var damaged = STREAM.clone();
      for (var i = HEADER; i < damaged.length; i++) {
        damaged[i] = (byte) random.nextInt();
      }
      requireSafe(damaged, "round " + round);
    }
  }

  @Test
  void randomBytesAreSafe() {
    var random = Weights.random(13);
    for (var round = 0; round < 2000; round++) {
      var damaged = new byte[random.nextInt(200)];
      for (var i = 0; i < damaged.length; i++) {
        damaged[i] = (byte) random.nextInt();
      }
      if (damaged.length > 0) {
        damaged[0] = 1;
      }
      requireSafe(damaged, "round " + round);
    }
  }

  @Test
  void constantBodiesAreSafe() {
    for (var octet = 0; octet < 256; octet++) {
      var damaged = STREAM.clone();
      Arrays.fill(damaged, HEADER, damaged.length, (byte) octet);
      requireSafe(damaged, "octet " + octet);
    }
  }

  @Test
  void aStreamOfOtherTensorsIsRefused() {
    assertThatThrownBy(() -> Surp.decode(STREAM, 0, STREAM.length, 900, 130, 70, 64))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("SuRP stream: unexpected number of tensors, expected 4");
    assertThatThrownBy(() -> Surp.decode(STREAM, 0, STREAM.length, 900, 130, 70, 64, 2))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("SuRP stream: unexpected number of weights, expected 1166");
  }

  private static void requireSafe(byte[] bytes, String what) {
    try {
      for (var weight : Weights.joined(Surp.decode(bytes, 0, bytes.length, LENGTHS))) {
        assertThat(weight).as(what).isFinite();
      }
    } catch (DataFormatException noticed) {
      assertThat(noticed).hasMessageMatching("(SuRP stream|range coder): .+");
    }
  }
}
