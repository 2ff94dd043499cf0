package org.espalier.formats.surp;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A tensor as far as it has been refined: what encoder and decoder both know of it.
 *
 * <p>Sets of positions are bitmaps, 64 positions to a word. What a pass touches counts from its end
 * on, so that all of the pass is coded given the same knowledge.
 */
final class RefinedTensor {

  /** What happened to a weight before the pass, on which the chance depends that it is touched. */
  enum Past {
    UNTOUCHED,
    /** Touched, but not in the latest pass: what is left of it lies below the latest threshold. */
    EARLIER,
    /** Touched in the latest pass: what is left of it may be of any size. */
    LATEST
  }

  private static final double[] NONE = {};

  private final int length;
  private final float scale;
  private final double[][] magnitudes; // [word][64], normalised; empty where nothing is touched
  private final long[] negative;
  private final long[] touched;
  private long[] latest;
  private long[] now; // touched in the pass that is under way
  private int touchedCount;
  private int latestCount;
  private int nowCount;
  private int newCount; // of these, touched for the first time

  /**
   * A tensor of zeros.
   *
   * @param scale what normalised magnitudes are multiplied by
   */
  RefinedTensor(int length, float scale) {
    this.length = length;
    this.scale = scale;
    var words = (int) ((length + 63L) / 64);
    magnitudes = new double[words][];
    Arrays.fill(magnitudes, NONE);
    negative = new long[words];
    touched = new long[words];
    latest = new long[words];
    now = new long[words];
  }

  /** Positions with that past. */
  int count(Past past) {
    return switch (past) {
      case UNTOUCHED -> length - touchedCount;
      case EARLIER -> touchedCount - latestCount;
      case LATEST -> latestCount;
    };
  }

  /** How many positions from {@code from} to before {@code to} have that past. */
  int count(Past past, int from, int to) {
    if (from == to) {
      return 0;
    }
    var first = from >> 6;
    var last = (to - 1) >> 6;
    var head = -1L << from;
    var tail = -1L >>> -to;
    if (first == last) {
      return Long.bitCount(word(past, first) & head & tail);
    }
    var count = Long.bitCount(word(past, first) & head);
    for (var w = first + 1; w < last; w++) {
      count += Long.bitCount(word(past, w));
    }
    return count + Long.bitCount(word(past, last) & tail);
  }

  Past past(int position) {
    if (!contains(touched, position)) {
      return Past.UNTOUCHED;
    }
    return contains(latest, position) ? Past.LATEST : Past.EARLIER;
  }

  private static boolean contains(long[] set, int position) {
    return (set[position >> 6] & (1L << position)) != 0;
  }

  /** The position with that past, from {@code from} on, before which there are {@code rank}. */
  int select(Past past, int from, int rank) {
    var left = rank;
    var w = from >> 6;
    var word = word(past, w) & (-1L << from);
    for (var count = Long.bitCount(word); count <= left; count = Long.bitCount(word)) {
      left -= count;
      word = word(past, ++w);
    }
    return (w << 6) + Long.numberOfTrailingZeros(Long.expand(1L << left, word));
  }

  private long word(Past past, int w) {
    return switch (past) {
      case UNTOUCHED -> ~touched[w];
      case EARLIER -> touched[w] & ~latest[w];
      case LATEST -> latest[w];
    };
  }

  /** Adds a step to a weight that has been touched before. */
  void refine(int position, double step) {
    var word = position >> 6;
    if (magnitudes[word].length == 0) {
      magnitudes[word] = new double[Long.SIZE];
    }
    magnitudes[word][position & 63] += step;
    now[word] |= 1L << position;
    nowCount++;
  }

  /** Adds the first step to a weight. */
  void touch(int position, double step, boolean isNegative) {
    refine(position, step);
    newCount++;
    if (isNegative) {
      negative[position >> 6] |= 1L << position;
    }
  }

  /** From here on, what the pass has touched is the past. */
  void endPass() {
    if (newCount > 0) {
      for (var w = 0; w < touched.length; w++) {
        touched[w] |= now[w];
      }
    }
    if (latestCount > 0) {
      Arrays.fill(latest, 0);
    }
    var empty = latest;
    latest = now;
    now = empty;
    touchedCount += newCount;
    latestCount = nowCount;
    nowCount = 0;
    newCount = 0;
  }

  /** The weights, as both sides compute them. */
  float[] weights() {
    var weights = new float[length];
    for (var w = 0; w < magnitudes.length; w++) {
      for (var i = 0; i < Math.min(magnitudes[w].length, length - 64 * w); i++) {
        weights[64 * w + i] = weight(64 * w + i);
      }
    }
    return weights;
  }

  /** Of these weights those that are not zero, in memory that follows them. */
  SparseWeights nonZeros() {
    var nonZero = new BitSet();
    for (var w = 0; w < magnitudes.length; w++) {
      for (var i = 0; i < Math.min(magnitudes[w].length, length - 64 * w); i++) {
        if (weight(64 * w + i) != 0) {
          nonZero.set(64 * w + i);
        }
      }
    }
    var positions = nonZero.stream().asLongStream().toArray();
    var values = new float[positions.length];
    for (var i = 0; i < values.length; i++) {
      values[i] = weight((int) positions[i]);
    }
    return new SparseWeights(positions, values);
  }

  /** A weight in whose word one is touched. */
  private float weight(int position) {
    var magnitude = (float) (magnitudes[position >> 6][position & 63] * scale);
    return contains(negative, position) ? -magnitude : magnitude;
  }
}
