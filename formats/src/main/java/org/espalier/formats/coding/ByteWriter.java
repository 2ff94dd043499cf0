package org.espalier.formats.coding;

import java.io.ByteArrayOutputStream;

/** Little-endian numbers and parts of a stream, one after the other. */
final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void u8(int value) {
    out.write(value);
  }

  void u16(int value) {
    out.write(value);
    out.write(value >>> 8);
  }

  /** Seven bits to a byte, the lowest first; all but the last byte have the highest bit set. */
  void varint(int value) {
    var rest = value;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      out.write(rest | 0x80);
    }
    out.write(rest);
  }

  void bytes(byte[] bytes) {
    out.writeBytes(bytes);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
