package org.espalier.formats.coding;

import java.util.Arrays;

/**
 * Binary range coder (Martin 1979) with a range of 32 bits, carries, and renormalisation by bytes.
 *
 * <p>A message of n decisions takes their ideal length and at most 5 bytes. A stream of this
 * encoder is exactly as long as what {@link RangeDecoder} reads for the same decisions, so a stream
 * that is too short is always noticed, and one that is too long can be.
 */
public final class RangeEncoder {
  /** Probabilities are in units of 1/65536. */
  static final int PROBABILITY_BITS = 16;

  /** The range is at least this large whenever a decision is coded. */
  static final long SMALLEST_RANGE = 1L << 24;

  static final long FULL_RANGE = 1L << 32;

  /** So many raw bits at once leave each of their values 256 units of the smallest range. */
  static final int RAW_BITS = 16;

  private byte[] bytes = new byte[64];
  private int length;
  private long low; // the interval begins here, below FULL_RANGE
  private long range = FULL_RANGE;

  /**
   * Codes a decision.
   *
   * @param bit 0 or 1
   * @param probability that the bit is 1, in 1/65536: 1 to 65535
   */
  public void encode(int bit, int probability) {
    normalise();
    var ones = (range * probability) >>> PROBABILITY_BITS;
    if (bit != 0) {
      range = ones;
    } else {
      range -= ones;
      advance(ones);
    }
  }

  /**
   * Codes the lowest bits of a value as they are, the highest of them first.
   *
   * @param count 0 to 64
   */
  public void bits(long value, int count) {
    for (var left = count; left > 0; ) {
      var width = Math.min(left, RAW_BITS);
      left -= width;
      normalise();
      range >>>= width;
      advance(range * ((value >>> left) & ((1L << width) - 1)));
    }
  }

  /** Bytes that a stream finished now would have. */
  public int size() {
    return length + Integer.BYTES;
  }

  /** Ends the stream: nothing may be coded after it. */
  public byte[] finish() {
    for (var i = 0; i < Integer.BYTES; i++) {
      shift();
    }
    return Arrays.copyOf(bytes, length);
  }

  private void normalise() {
    while (range < SMALLEST_RANGE) {
      shift();
      range <<= Byte.SIZE;
    }
  }

  private void shift() {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) (low >>> 24);
    low = (low << Byte.SIZE) & (FULL_RANGE - 1);
  }

  private void advance(long distance) {
    low += distance;
    if (low >= FULL_RANGE) {
      low -= FULL_RANGE;
      for (var i = length - 1; ++bytes[i] == 0; i--) {} // a carry runs through bytes of 255
    }
  }
}
