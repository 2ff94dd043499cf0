package org.espalier.formats.coding;

import java.util.Objects;
import java.util.zip.DataFormatException;

/**
 * Decodes what {@link RangeEncoder} wrote, given the same probabilities in the same order.
 *
 * <p>It reads a byte no earlier than a decision needs it. A stream that was cut off therefore gives
 * a prefix of the decisions, each of them right, and then {@link DataFormatException}: a
 * progressive reader takes what it gets until then. Four bytes of the stream are read ahead, so the
 * last decisions before the cut, some 32 bits of information, are lost; a writer that wants a cut
 * to be exact finishes a stream of its own for every part.
 */
public final class RangeDecoder {
  private final byte[] bytes;
  private final int from;
  private final int to;
  private int next;
  private long code; // distance of the stream's number from the beginning of the interval
  private long range = RangeEncoder.FULL_RANGE;

  /** Decodes a whole array. */
  public RangeDecoder(byte[] bytes) throws DataFormatException {
    this(bytes, 0, bytes.length);
  }

  /**
   * Decodes part of an array.
   *
   * @param from first byte of the stream
   * @param to end of the stream; nothing from here on is read
   * @throws DataFormatException if these are fewer than 4 bytes
   */
  public RangeDecoder(byte[] bytes, int from, int to) throws DataFormatException {
    Objects.checkFromToIndex(from, to, bytes.length);
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    next = from;
    for (var i = 0; i < Integer.BYTES; i++) {
      code = code << Byte.SIZE | nextByte();
    }
  }

  /**
   * The next decision.
   *
   * @param probability that the bit is 1, in 1/65536: 1 to 65535, as the encoder had it
   * @throws DataFormatException if the stream ends before it
   */
  public int decode(int probability) throws DataFormatException {
    normalise();
    var ones = (range * probability) >>> RangeEncoder.PROBABILITY_BITS;
    if (code < ones) {
      range = ones;
      return 1;
    }
    code -= ones;
    range -= ones;
    return 0;
  }

  /**
   * The next raw bits, as the lowest of the result.
   *
   * @param count 0 to 64
   * @throws DataFormatException if the stream ends before them or is damaged
   */
  public long bits(int count) throws DataFormatException {
    var value = 0L;
    for (var left = count; left > 0; ) {
      var width = Math.min(left, RangeEncoder.RAW_BITS);
      left -= width;
      normalise();
      range >>>= width;
      var part = code / range;
      if (part >>> width != 0) {
        throw new DataFormatException(
            "range coder: raw bits of value " + part + ", expected less than " + (1L << width));
      }
      code -= part * range;
      value = value << width | part;
    }
    return value;
  }

  /** Bytes read so far: all of a finished stream once its last decision is decoded. */
  public int consumed() {
    return next - from;
  }

  /**
   * Tells that everything is decoded.
   *
   * @throws DataFormatException if bytes are left
   */
  public void requireEnd() throws DataFormatException {
    if (next != to) {
      throw new DataFormatException(
          "range coder: " + (to - next) + " bytes after the end, expected none");
    }
  }

  private void normalise() throws DataFormatException {
    while (range < RangeEncoder.SMALLEST_RANGE) {
      code = code << Byte.SIZE | nextByte();
      range <<= Byte.SIZE;
    }
  }

  private int nextByte() throws DataFormatException {
    if (next == to) {
      throw new DataFormatException(
          "range coder: the stream ends after " + (to - from) + " bytes, expected more");
    }
    return bytes[next++] & 0xff;
  }
}
