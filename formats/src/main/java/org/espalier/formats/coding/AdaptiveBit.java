package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * A bit whose probability is learnt while it is coded (Krichevsky and Trofimov 1981): after a zeros
 * and b ones the next is one with probability (b + ½)/(a + b + 1).
 *
 * <p>Learning costs about half the binary logarithm of the number of bits. Both counts are halved,
 * rounding up, when their sum reaches 65,536, so the model follows slow changes. Encoder and
 * decoder each need one of their own.
 */
public final class AdaptiveBit {
  private static final int LIMIT = 1 << 16;

  private int zeros;
  private int ones;

  /** Codes a bit, 0 or 1, and learns it. */
  public void encode(RangeEncoder encoder, int bit) {
    encoder.encode(bit, probability());
    learn(bit);
  }

  /**
   * The next bit, learnt too.
   *
   * @throws DataFormatException if the stream ends before it
   */
  public int decode(RangeDecoder decoder) throws DataFormatException {
    var bit = decoder.decode(probability());
    learn(bit);
    return bit;
  }

  /** That the next bit is 1, in 1/65536, rounded down: 1 to 65535. */
  int probability() {
    var exact = ((2L * ones + 1) << 15) / (zeros + ones + 1);
    return Math.clamp(exact, 1, LIMIT - 1);
  }

  private void learn(int bit) {
    ones += bit;
    zeros += 1 - bit;
    if (zeros + ones == LIMIT) {
      zeros = (zeros + 1) / 2;
      ones = (ones + 1) / 2;
    }
  }
}
