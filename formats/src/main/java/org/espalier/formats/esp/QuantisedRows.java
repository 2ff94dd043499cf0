package org.espalier.formats.esp;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Weights as small integers, each row (one output) on a scale of its own.
 *
 * <p>Every weight goes to the nearest level; then the error of the row's sum is fed back to those
 * weights whose rounding was the closest call, one level each, until the sum is right to half a
 * level. Inputs behind a ReLU are positive, so that errors of one sign would add up in every
 * output.
 *
 * @param bits of a level: 2 to 8
 * @param scales bfloat16 per row, zero where all weights of the row are
 * @param levels per weight, in storage order, −(2^(bits−1) − 1) to 2^(bits−1) − 1
 */
record QuantisedRows(int bits, short[] scales, byte[] levels) {
  static final int LEAST_BITS = 2;
  static final int MOST_BITS = 8;

  /**
   * Quantises the weights of a matrix.
   *
   * @param rowStart where each row begins among the weights, and their number at the end
   */
  static QuantisedRows of(int[] rowStart, float[] weights, int bits) {
    return atLeast(0, rowStart, weights, bits);
  }

  /**
   * Quantises to multiples of one step in all rows, but for rows whose weights are out of range.
   */
  static QuantisedRows stepped(int[] rowStart, float[] weights, float step) {
    return atLeast(step, rowStart, weights, MOST_BITS);
  }

  private static QuantisedRows atLeast(float step, int[] rowStart, float[] weights, int bits) {
    var limit = limit(bits);
    var scales = new short[rowStart.length - 1];
    var levels = new byte[weights.length];
    for (var row = 0; row < scales.length; row++) {
      var from = rowStart[row];
      var to = rowStart[row + 1];
      var largest = largest(weights, from, to);
      if (largest > 0) {
        scales[row] = roundedUp(Math.max(step, largest / limit));
        quantise(weights, from, to, value(scales[row]), limit, levels);
      }
    }
    return new QuantisedRows(bits, scales, levels);
  }

  /** The largest level. */
  static int limit(int bits) {
    return (1 << (bits - 1)) - 1;
  }

  /** What the levels stand for, in storage order. */
  float[] values(int[] rowStart) {
    var values = new float[levels.length];
    for (var row = 0; row < scales.length; row++) {
      var scale = value(scales[row]);
      for (var i = rowStart[row]; i < rowStart[row + 1]; i++) {
        values[i] = scale * levels[i];
      }
    }
    return values;
  }

  /** Whether all scales are numbers; they are not if a weight is next to the largest float. */
  boolean finite() {
    for (var scale : scales) {
      if (!Float.isFinite(value(scale))) {
        return false;
      }
    }
    return true;
  }

  /** Indices of the weights that became zero, ascending. */
  int[] zeros() {
    return IntStream.range(0, levels.length).filter(i -> levels[i] == 0).toArray();
  }

  /** The same without zeros. */
  QuantisedRows withoutZeros() {
    var left = new byte[levels.length];
    var count = 0;
    for (var level : levels) {
      if (level != 0) {
        left[count++] = level;
      }
    }
    return new QuantisedRows(bits, scales, Arrays.copyOf(left, count));
  }

  /** A bfloat16 as float. */
  static float value(short scale) {
    return Float.intBitsToFloat(scale << 16);
  }

  private static float largest(float[] weights, int from, int to) {
    var largest = 0f;
    for (var i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(weights[i]));
    }
    return largest;
  }

  /** The least bfloat16 that is no less, so that the largest weight is in range. */
  private static short roundedUp(float scale) {
    var exact = Float.floatToRawIntBits(scale);
    return (short) ((exact >>> 16) + ((exact & 0xFFFF) == 0 ? 0 : 1));
  }

  private static void quantise(
      float[] weights, int from, int to, float scale, int limit, byte[] levels) {
    var sum = 0.0; // of what rounding took away, in levels
    for (var i = from; i < to; i++) {
      var exact = weights[i] / (double) scale;
      var level = Math.clamp(Math.round(exact), -limit, limit);
      levels[i] = (byte) level;
      sum += exact - level;
    }
    feedBack((int) Math.rint(sum), weights, from, to, scale, limit, levels);
  }

  /** Moves {@code |excess|} levels by one towards the sign of {@code excess}. */
  private static void feedBack(
      int excess, float[] weights, int from, int to, float scale, int limit, byte[] levels) {
    if (excess == 0) {
      return;
    }
    var sign = Integer.signum(excess);
    var keys = new long[to - from];
    var count = 0;
    for (var i = from; i < to; i++) {
      if (sign * levels[i] < limit) {
        // Ascending by the error that the move leaves, then by place.
        var left = Math.abs(levels[i] + sign - weights[i] / (double) scale);
        keys[count++] = ((long) Float.floatToRawIntBits((float) left) << 32) | i;
      }
    }
    Arrays.sort(keys, 0, count);
    for (var k = 0; k < Math.min(count, Math.abs(excess)); k++) {
      levels[(int) keys[k]] += (byte) sign;
    }
  }
}
