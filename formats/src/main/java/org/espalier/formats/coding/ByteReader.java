package org.espalier.formats.coding;

import java.util.Objects;
import java.util.zip.DataFormatException;

/** Reads what {@link ByteWriter} wrote, inside a range of an array. */
final class ByteReader {
  private final byte[] bytes;
  private final int to;
  private int next;

  ByteReader(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    this.bytes = bytes;
    this.to = to;
    next = from;
  }

  byte[] array() {
    return bytes;
  }

  /** Where what was not read begins. */
  int next() {
    return next;
  }

  int end() {
    return to;
  }

  int u8(String what) throws DataFormatException {
    if (next == to) {
      throw new DataFormatException("the data end before the " + what);
    }
    return bytes[next++] & 0xff;
  }

  int u16(String what) throws DataFormatException {
    var low = u8(what);
    return u8(what) << 8 | low;
  }

  /** A number of 0 to {@code limit}. */
  int varint(String what, int limit) throws DataFormatException {
    var value = 0L;
    for (var shift = 0; shift < 35; shift += 7) {
      var part = u8(what);
      value |= (part & 0x7fL) << shift;
      if (part < 0x80) {
        if (value > limit) {
          throw new DataFormatException(what + " " + value + ": expected 0 to " + limit);
        }
        return (int) value;
      }
    }
    throw new DataFormatException(what + ": more than five bytes, expected 0 to " + limit);
  }

  /** The next so many bytes as a range of their own. */
  ByteReader part(String what, long length) throws DataFormatException {
    if (length > to - next) {
      throw new DataFormatException(
          what + ": " + (to - next) + " bytes are left, expected " + length);
    }
    var part = new ByteReader(bytes, next, next + (int) length);
    next += (int) length;
    return part;
  }

  void requireEnd() throws DataFormatException {
    if (next != to) {
      throw new DataFormatException((to - next) + " bytes after the end, expected none");
    }
  }
}
