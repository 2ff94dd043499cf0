package org.espalier.formats;

import java.nio.ByteBuffer;

/** The types of tensor elements in safetensors files, under the names of the format. */
public enum ElementType {
  BOOL(1),
  U8(1),
  I8(1),
  U16(2),
  I16(2),
  F16(2),
  BF16(2),
  U32(4),
  I32(4),
  F32(4),
  U64(8),
  I64(8),
  F64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** Reads the next element as the nearest float. */
  float nextFloat(ByteBuffer in) {
    return switch (this) {
      case F32 -> in.getFloat();
      case F64 -> (float) in.getDouble();
      case F16 -> Float.float16ToFloat(in.getShort());
      case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
      case U64 -> unsigned(in.getLong());
      default -> nextLong(in);
    };
  }

  /**
   * Reads the next element of an integer type.
   *
   * @throws IllegalStateException for floating-point types and for {@link #U64}, beyond long's
   *     range
   */
  long nextLong(ByteBuffer in) {
    return switch (this) {
      case BOOL, U8 -> in.get() & 0xFF;
      case I8 -> in.get();
      case U16 -> in.getShort() & 0xFFFF;
      case I16 -> in.getShort();
      case U32 -> in.getInt() & 0xFFFFFFFFL;
      case I32 -> in.getInt();
      case I64 -> in.getLong();
      case F16, BF16, F32, F64, U64 -> throw new IllegalStateException(this + " as long");
    };
  }

  /** Halving keeps the lowest bit, so that rounding to float sees it. */
  private static float unsigned(long bits) {
    return bits >= 0 ? bits : 2 * (float) ((bits >>> 1) | (bits & 1));
  }
}
