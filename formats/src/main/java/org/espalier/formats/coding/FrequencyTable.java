package org.espalier.formats.coding;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * How often each of 256 symbols comes, in 1/65536: the static model of {@link Rans}.
 *
 * <p>A table is stored as a byte that tells its kind, and either all frequencies or the one number
 * that makes them.
 */
public final class FrequencyTable {
  /** Frequencies add up to 2 to this power. */
  static final int BITS = 16;

  static final int TOTAL = 1 << BITS;
  static final int SYMBOLS = 256;

  private static final int EXPLICIT = 0;
  private static final int BERNOULLI = 1;
  private static final int GEOMETRIC = 2;
  private static final long UNIT = 1L << 46; // its product with a probability is below 2^63

  private final int kind;
  private final int parameter;
  private final int[] frequencies;

  private FrequencyTable(int kind, int parameter, int[] frequencies) {
    this.kind = kind;
    this.parameter = parameter;
    this.frequencies = frequencies;
  }

  /**
   * The table nearest to what was counted; symbols that were never seen cannot be coded.
   *
   * @param counts by symbol, at most 256 and each below 2^46; not all zero
   */
  public static FrequencyTable of(long... counts) {
    return new FrequencyTable(EXPLICIT, 0, scaled(Arrays.copyOf(counts, SYMBOLS), false));
  }

  /**
   * Bytes of 8 independent positions each.
   *
   * @param probability of a one, in 1/65536: 1 to 65535
   */
  static FrequencyTable bernoulli(int probability) {
    var weights = new long[SYMBOLS];
    for (var symbol = 0; symbol < SYMBOLS; symbol++) {
      var weight = UNIT;
      for (var bit = 0; bit < Byte.SIZE; bit++) {
        var factor = bit < Integer.bitCount(symbol) ? probability : TOTAL - probability;
        weight = (weight * factor) >>> BITS;
      }
      weights[symbol] = weight;
    }
    return new FrequencyTable(BERNOULLI, probability, scaled(weights, true));
  }

  /**
   * Numbers each of which is followed by a larger one with the same probability.
   *
   * @param probability of a zero, in 1/65536: 1 to 65535
   */
  static FrequencyTable geometric(int probability) {
    var weights = new long[SYMBOLS];
    var weight = UNIT;
    for (var symbol = 0; symbol < SYMBOLS; symbol++) {
      weights[symbol] = weight;
      weight = (weight * (TOTAL - probability)) >>> BITS;
    }
    return new FrequencyTable(GEOMETRIC, probability, scaled(weights, true));
  }

  /** Of a symbol, in 1/65536; 0 if it cannot be coded. */
  public int frequency(int symbol) {
    return frequencies[symbol];
  }

  /** What symbols that come so often take, without the table, in bits. */
  double bits(long[] counts) {
    var bits = 0.0;
    for (var symbol = 0; symbol < SYMBOLS; symbol++) {
      if (counts[symbol] != 0) {
        bits -= counts[symbol] * Math.log((double) frequencies[symbol] / TOTAL);
      }
    }
    return bits / Math.log(2);
  }

  /** The table as it is stored. */
  byte[] toBytes() {
    var out = new ByteWriter();
    out.u8(kind);
    if (kind != EXPLICIT) {
      out.u16(parameter);
      return out.toBytes();
    }
    var encoder = new RangeEncoder();
    var number = new AdaptiveNumber();
    for (var frequency : frequencies) {
      number.encode(encoder, frequency);
    }
    var coded = encoder.finish();
    out.varint(coded.length);
    out.bytes(coded);
    return out.toBytes();
  }

  static FrequencyTable read(ByteReader in) throws DataFormatException {
    var kind = in.u8("frequency table");
    return switch (kind) {
      case EXPLICIT -> explicit(in);
      case BERNOULLI -> bernoulli(probability(in));
      case GEOMETRIC -> geometric(probability(in));
      default ->
          throw new DataFormatException("frequency table of kind " + kind + ": expected 0 to 2");
    };
  }

  private static int probability(ByteReader in) throws DataFormatException {
    var probability = in.u16("frequency table");
    if (probability == 0) {
      throw new DataFormatException("probability 0 of a frequency table: expected 1 to 65535");
    }
    return probability;
  }

  private static FrequencyTable explicit(ByteReader in) throws DataFormatException {
    var length = in.varint("length of the frequency table", Integer.MAX_VALUE);
    var part = in.part("frequency table", length);
    var decoder = new RangeDecoder(part.array(), part.next(), part.end());
    var number = new AdaptiveNumber();
    var frequencies = new int[SYMBOLS];
    var sum = 0L;
    for (var symbol = 0; symbol < SYMBOLS; symbol++) {
      var frequency = number.decode(decoder);
      if (frequency > TOTAL - sum) { // before the sum, which could overflow
        throw new DataFormatException(
            "frequencies up to symbol " + symbol + " sum to more than " + TOTAL);
      }
      sum += frequency;
      frequencies[symbol] = (int) frequency;
    }
    if (sum != TOTAL) {
      throw new DataFormatException("frequencies sum to " + sum + ", expected " + TOTAL);
    }
    decoder.requireEnd();
    return new FrequencyTable(EXPLICIT, 0, frequencies);
  }

  /**
   * Rounds to the nearest, but no weight above 0 to 0; what is then missing or too much is taken
   * from the largest one, a unit at a time.
   */
  private static int[] scaled(long[] weights, boolean all) {
    var total = Arrays.stream(weights).sum();
    if (total <= 0) {
      throw new IllegalArgumentException("no symbol was counted");
    }
    var frequencies = new int[SYMBOLS];
    var sum = 0;
    for (var symbol = 0; symbol < SYMBOLS; symbol++) {
      if (all || weights[symbol] > 0) {
        var nearest = (weights[symbol] * TOTAL + total / 2) / total;
        frequencies[symbol] = Math.max(1, (int) nearest);
        sum += frequencies[symbol];
      }
    }
    for (; sum > TOTAL; sum--) {
      frequencies[largest(frequencies)]--;
    }
    for (; sum < TOTAL; sum++) {
      frequencies[largest(frequencies)]++;
    }
    return frequencies;
  }

  /** The first of the largest. */
  private static int largest(int[] frequencies) {
    var largest = 0;
    for (var symbol = 1; symbol < SYMBOLS; symbol++) {
      if (frequencies[symbol] > frequencies[largest]) {
        largest = symbol;
      }
    }
    return largest;
  }
}
