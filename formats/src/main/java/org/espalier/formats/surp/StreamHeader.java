package org.espalier.formats.surp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;

/**
 * The beginning of a stream: what the decoder cannot know of the weights.
 *
 * @param refinements of the whole stream; one that was cut off holds fewer
 * @param mean of the normalised magnitudes of all tensors that take part
 * @param multiple of the mean that the first threshold is
 * @param shrink of that multiple
 * @param scales one per tensor, 0 for those that take no part
 * @param weights of all tensors
 */
record StreamHeader(
    long weights, long refinements, double mean, float multiple, float shrink, float[] scales) {
  private static final byte VERSION = 1;

  /** Streams of nearly all zeros begin with large multiples. */
  private static final float MOST_MULTIPLE = 1e10f;

  private static final int LONGEST_NUMBER = 9; // bytes

  byte[] bytes() {
    var fixed = 1 + Double.BYTES + (2 + scales.length) * Float.BYTES;
    var out =
        ByteBuffer.allocate(fixed + 3 * LONGEST_NUMBER).order(ByteOrder.LITTLE_ENDIAN).put(VERSION);
    putNumber(out, scales.length);
    putNumber(out, weights);
    putNumber(out, refinements);
    out.putDouble(mean).putFloat(multiple).putFloat(shrink);
    for (var scale : scales) {
      out.putFloat(scale);
    }
    var bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** Length with that number of refinements. */
  static int length(int tensors, long weights, long refinements) {
    return 1
        + numberLength(tensors)
        + numberLength(weights)
        + numberLength(refinements)
        + Double.BYTES
        + (2 + tensors) * Float.BYTES;
  }

  /** Reads and checks the header of a stream of so many tensors and weights. */
  static StreamHeader read(ByteBuffer in, int tensors, long weights) throws DataFormatException {
    in.order(ByteOrder.LITTLE_ENDIAN);
    try {
      require(in.get() == VERSION, "version, expected " + VERSION);
      require(number(in) == tensors, "number of tensors, expected " + tensors);
      require(number(in) == weights, "number of weights, expected " + weights);
      var refinements = number(in);
      var mean = in.getDouble();
      require(mean >= 0 && mean <= Double.MAX_VALUE, "mean " + mean);
      var multiple = in.getFloat();
      require(
          multiple >= (float) Settings.LEAST_MULTIPLE && multiple <= MOST_MULTIPLE,
          "first multiple " + multiple);
      var shrink = in.getFloat();
      require(
          shrink >= Settings.LEAST_SHRINK && shrink <= (float) Settings.MOST_SHRINK,
          "shrink " + shrink);
      return new StreamHeader(weights, refinements, mean, multiple, shrink, scales(in, tensors));
    } catch (BufferUnderflowException e) {
      var tooShort = new DataFormatException("SuRP stream: shorter than its header");
      tooShort.initCause(e);
      throw tooShort;
    }
  }

  private static float[] scales(ByteBuffer in, int tensors) throws DataFormatException {
    var scales = new float[tensors];
    for (var i = 0; i < tensors; i++) {
      scales[i] = in.getFloat();
      require(scales[i] >= 0 && scales[i] <= Float.MAX_VALUE, "scale " + scales[i]);
    }
    return scales;
  }

  /** Little-endian groups of 7 bits, all but the last with the highest bit set. */
  private static void putNumber(ByteBuffer out, long number) {
    var rest = number;
    for (; rest > 0x7f; rest >>>= 7) {
      out.put((byte) (rest | 0x80));
    }
    out.put((byte) rest);
  }

  private static int numberLength(long number) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(number)) / 7);
  }

  private static long number(ByteBuffer in) throws DataFormatException {
    var number = 0L;
    for (var i = 0; i < LONGEST_NUMBER; i++) {
      var octet = in.get();
      number |= (octet & 0x7fL) << (7 * i);
      if (octet >= 0) {
        return number;
      }
    }
    throw new DataFormatException("SuRP stream: a number of more than 63 bits");
  }

  private static void require(boolean holds, String what) throws DataFormatException {
    if (!holds) {
      throw new DataFormatException("SuRP stream: unexpected " + what);
    }
  }
}
