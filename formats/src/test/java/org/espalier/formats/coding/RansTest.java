package org.espalier.formats.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RansTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 100, 10_001, 300_000})
  void symbolsComeBackAtTheirEntropy(int count) throws DataFormatException {
    for (var alphabet : new int[] {1, 2, 3, 16, 255, 256}) {
      for (var skew : new double[] {1, 4, 20}) {
        var symbols = symbols(count, alphabet, skew);
        var bytes = Rans.encode(symbols);
        assertThat(Rans.decode(bytes, 0, bytes.length, count)).isEqualTo(symbols);
        assertThat(8.0 * bytes.length)
            .as("%d of %d symbols, skew %s", count, alphabet, skew)
            .isLessThan(1.0005 * entropy(symbols) + 8 * (32 + 12) + 18 * alphabet);
      }
    }
  }

  @Test
  void noSymbolsAreNoBytes() throws DataFormatException {
    assertThat(Rans.encode(new byte[0])).isEmpty();
    assertThat(Rans.decode(new byte[] {1, 2}, 1, 1, 0)).isEmpty();
    assertThatThrownBy(() -> Rans.decode(new byte[] {1}, 0, 1, 0))
        .isInstanceOf(DataFormatException.class);
  }

  @Test
  void truncationAtEveryByteAndEveryOtherCountAreRefused() {
    var symbols = symbols(700, 200, 3);
    var bytes = Rans.encode(symbols);
    for (var length = 0; length < bytes.length; length++) {
      var cut = length;
      assertThatThrownBy(() -> Rans.decode(bytes, 0, cut, 700))
          .as("%d bytes", length)
          .isInstanceOf(DataFormatException.class);
    }
    for (var count : new int[] {0, 1, 699, 701, 10_000_000}) {
      assertThatThrownBy(() -> Rans.decode(bytes, 0, bytes.length, count))
          .as("%d symbols", count)
          .isInstanceOf(DataFormatException.class);
    }
  }

  /** The last states are a checksum of sorts: damage that passes them is rare. */
  @Test
  void flippedBitsAreMostlySeen() {
    var symbols = symbols(700, 200, 3);
    var bytes = Rans.encode(symbols);
    var unseen = 0;
    for (var at = 0; at < 8 * bytes.length; at++) {
      bytes[at / 8] ^= (byte) (1 << (at % 8));
      try {
        Rans.decode(bytes, 0, bytes.length, 700);
        unseen++;
      } catch (DataFormatException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      bytes[at / 8] ^= (byte) (1 << (at % 8));
    }
    assertThat(unseen).isLessThanOrEqualTo(32);
  }

  @Test
  void frequenciesAddUpWhateverWasCounted() {
    for (var seed = 1; seed <= 300; seed++) {
      var random = new SplittableRandom(seed);
      var counts = new long[1 + random.nextInt(256)];
      var size = random.nextInt(1, 40);
      Arrays.setAll(counts, _ -> random.nextInt(3) == 0 ? 0 : random.nextLong(1L << size));
      counts[random.nextInt(counts.length)]++;
      sumsUp("seed " + seed, FrequencyTable.of(counts), counts);
    }
    for (var probability = 1; probability < 65536; probability += 257) {
      var all = new long[256];
      Arrays.fill(all, 1);
      sumsUp("bernoulli " + probability, FrequencyTable.bernoulli(probability), all);
      sumsUp("geometric " + probability, FrequencyTable.geometric(probability), all);
    }
  }

  private static void sumsUp(String what, FrequencyTable table, long[] counts) {
    var sum = 0;
    for (var symbol = 0; symbol < 256; symbol++) {
      sum += table.frequency(symbol);
      var seen = symbol < counts.length && counts[symbol] > 0;
      assertThat(table.frequency(symbol) > 0).as("%s, symbol %d", what, symbol).isEqualTo(seen);
    }
    assertThat(sum).as(what).isEqualTo(65536);
  }

  @Test
  void tablesComeBackAndForgedOnesAreRefused() throws DataFormatException {
    for (var table :
        new FrequencyTable[] {
          FrequencyTable.of(5, 0, 1000, 3), FrequencyTable.bernoulli(99),
          FrequencyTable.geometric(65535), FrequencyTable.of(1)
        }) {
      var bytes = table.toBytes();
      var read = FrequencyTable.read(new ByteReader(bytes, 0, bytes.length));
      for (var symbol = 0; symbol < 256; symbol++) {
        assertThat(read.frequency(symbol)).isEqualTo(table.frequency(symbol));
      }
    }
    refused("frequency table of kind 3: expected 0 to 2", 3);
    refused("probability 0 of a frequency table: expected 1 to 65535", 1, 0, 0);
    refused("the data end before the frequency table", 2, 7);
    refused("frequency table: 1 bytes are left, expected 5", 0, 5, 0);
    refused("frequencies sum to 65535, expected 65536", forged(65535, 0));
    refused("frequencies up to symbol 1 sum to more than 65536", forged(65535, 2));
    // Their sum in 64 bits is 65536 again.
    var huge = Long.MAX_VALUE - 1;
    refused("frequencies up to symbol 1 sum to more than 65536", forged(65535, huge, huge, 5));
    assertThatThrownBy(() -> FrequencyTable.of(0, 0)).hasMessage("no symbol was counted");
  }

  private static int[] forged(long... frequencies) {
    var encoder = new RangeEncoder();
    var number = new AdaptiveNumber();
    for (var symbol = 0; symbol < 256; symbol++) {
      number.encode(encoder, symbol < frequencies.length ? frequencies[symbol] : 0);
    }
    var coded = encoder.finish();
    var bytes = new int[coded.length + 2];
    bytes[1] = coded.length;
    for (var i = 0; i < coded.length; i++) {
      bytes[i + 2] = coded[i];
    }
    return bytes;
  }

  private static void refused(String message, int... bytes) {
    var table = new byte[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      table[i] = (byte) bytes[i];
    }
    assertThatThrownBy(() -> FrequencyTable.read(new ByteReader(table, 0, table.length)))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(message);
  }

  private static byte[] symbols(int count, int alphabet, double skew) {
    var random = new SplittableRandom(count + alphabet);
    var symbols = new byte[count];
    for (var i = 0; i < count; i++) {
      symbols[i] = (byte) (alphabet * Math.pow(random.nextDouble(), skew));
    }
    return symbols;
  }

  private static double entropy(byte[] symbols) {
    var counts = new long[256];
    for (var symbol : symbols) {
      counts[symbol & 0xff]++;
    }
    var bits = 0.0;
    for (var count : counts) {
      bits -= count == 0 ? 0 : count * Math.log((double) count / symbols.length) / Math.log(2);
    }
    return bits;
  }
}
