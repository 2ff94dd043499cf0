package org.espalier.formats.coding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;

/** Reads what {@link BitWriter} wrote, up to the end of the range it is given. */
final class BitReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int to;
  private int next;
  private long buffer; // what it holds above the available bits are the bits that follow, or zero
  private int available; // at most 63

  BitReader(ByteReader range) {
    bytes = range.array();
    next = range.next();
    to = range.end();
  }

  /** The next bits, at most 32. */
  int bits(int count) throws DataFormatException {
    if (available < count) {
      refill();
      if (available < count) {
        throw ended();
      }
    }
    var value = (int) (buffer & ((1L << count) - 1));
    buffer >>>= count;
    available -= count;
    return value;
  }

  /** How many zeros come before the next one. */
  long unary() throws DataFormatException {
    var zeros = 0L;
    while (true) {
      var run = Long.numberOfTrailingZeros(buffer);
      if (run < available) {
        buffer = buffer >>> run >>> 1;
        available -= run + 1;
        return zeros + run;
      }
      zeros += available;
      buffer >>>= available;
      available = 0;
      refill();
      if (available == 0) {
        throw ended();
      }
    }
  }

  /** Tells that only the padding is left. */
  void requireEnd() throws DataFormatException {
    var left = available + 8L * (to - next);
    if (left >= Byte.SIZE || (buffer & ((1L << available) - 1)) != 0) {
      throw new DataFormatException(left + " bits after the end, expected the padding of a byte");
    }
  }

  private void refill() {
    if (to - next >= Long.BYTES) {
      buffer |= (long) LONG.get(bytes, next) << available;
      next += (Long.SIZE - 1 - available) >>> 3;
      available |= 56;
      return;
    }
    for (; available < 56 && next < to; available += Byte.SIZE) {
      buffer |= (bytes[next++] & 0xffL) << available;
    }
  }

  private static DataFormatException ended() {
    return new DataFormatException("the bits end early");
  }
}
