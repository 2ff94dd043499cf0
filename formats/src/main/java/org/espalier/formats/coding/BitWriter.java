package org.espalier.formats.coding;

import java.util.Arrays;

/**
 * Bits one after the other, each byte filled from its lowest bit; the last is padded with zeros.
 */
final class BitWriter {
  private byte[] bytes = new byte[64];
  private int length;
  private long buffer;
  private int filled; // bits in the buffer, below 8 between calls

  /** The lowest {@code count} bits of a value that has no others: at most 32. */
  void bits(long value, int count) {
    buffer |= value << filled;
    filled += count;
    while (filled >= Byte.SIZE) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * length);
      }
      bytes[length++] = (byte) buffer;
      buffer >>>= Byte.SIZE;
      filled -= Byte.SIZE;
    }
  }

  /** As many zeros, and a one. */
  void unary(int zeros) {
    for (var left = zeros; ; left -= 31) {
      if (left <= 31) {
        bits(1L << left, left + 1);
        return;
      }
      bits(0, 31);
    }
  }

  byte[] toBytes() {
    bits(0, -filled & 7);
    return Arrays.copyOf(bytes, length);
  }
}
