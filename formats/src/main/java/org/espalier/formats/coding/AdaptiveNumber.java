package org.espalier.formats.coding;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * Numbers from 0 of unknown size, such as gaps and counts, whose sizes are learnt while they are
 * coded.
 *
 * <p>An Elias gamma code (Elias 1975) of the number plus one, with adaptive bits: how many bits
 * follow the leading one, in unary, a model for each place; the first three of these, a tree for
 * each size; the rest as they are. Gaps of independent positions take less than 0.1 % more than
 * their entropy, once the sizes are learnt.
 */
public final class AdaptiveNumber {
  /** Sizes of what follows the leading one of a number up to 2^62. */
  private static final int SIZES = 63;

  private static final int MODELLED = 3;

  private final AdaptiveBit[] larger = new AdaptiveBit[SIZES];
  private final AdaptiveSymbol[] leading = new AdaptiveSymbol[SIZES];

  /** A model that knows nothing yet. */
  public AdaptiveNumber() {
    Arrays.setAll(larger, _ -> new AdaptiveBit());
    Arrays.setAll(leading, size -> new AdaptiveSymbol(Math.min(size, MODELLED)));
  }

  /**
   * Codes a number and learns its size.
   *
   * @param number 0 to 2^63 − 2
   */
  public void encode(RangeEncoder encoder, long number) {
    if (number < 0 || number == Long.MAX_VALUE) {
      throw new IllegalArgumentException("number " + number + ": expected 0 to 2^63 - 2");
    }
    var plusOne = number + 1;
    var size = SIZES - Long.numberOfLeadingZeros(plusOne);
    for (var i = 0; i < size; i++) {
      larger[i].encode(encoder, 1);
    }
    if (size < SIZES - 1) {
      larger[size].encode(encoder, 0);
    }
    var raw = Math.max(0, size - MODELLED);
    leading[size].encode(encoder, (int) (plusOne >>> raw) & ((1 << (size - raw)) - 1));
    encoder.bits(plusOne, raw);
  }

  /**
   * The next number, learnt too.
   *
   * @throws DataFormatException if the stream ends before it or is damaged
   */
  public long decode(RangeDecoder decoder) throws DataFormatException {
    var size = 0;
    while (size < SIZES - 1 && larger[size].decode(decoder) == 1) {
      size++;
    }
    var raw = Math.max(0, size - MODELLED);
    var start = 1L << (size - raw) | leading[size].decode(decoder);
    return (start << raw | decoder.bits(raw)) - 1;
  }
}
