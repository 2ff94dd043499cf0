package org.espalier.engine.parameter;

import org.espalier.engine.EspalierException;

/**
 * Selects the weights of smallest magnitude: what SET, RigL and magnitude pruning drop.
 *
 * <p>The bits of |x| order like the numbers themselves, so three histograms over 11, 10 and 10 of
 * their 31 bits find the exact threshold in O(n), whatever the values.
 */
public final class SmallestMagnitudes {
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITE = 0x7F800000;

  private SmallestMagnitudes() {}

  /**
   * The indices of the {@code count} smallest |values|, ascending; among equal magnitudes the lower
   * index is taken first.
   *
   * @throws IllegalArgumentException unless 0 ≤ count ≤ number of values
   * @throws EspalierException if a value is not a number
   */
  public static int[] indices(float[] values, int count) {
    if (count < 0 || count > values.length) {
      throw new IllegalArgumentException(
          "the " + count + " smallest of " + values.length + " values: expected no more than all");
    }
    var chosen = new int[count];
    if (count == 0) {
      return chosen;
    }
    var threshold = new Threshold(values, count);
    var ties = threshold.ties;
    var next = 0;
    for (var i = 0; next < count; i++) {
      var magnitude = magnitude(values[i]);
      if (magnitude < threshold.magnitude || (magnitude == threshold.magnitude && ties-- > 0)) {
        chosen[next++] = i;
      }
    }
    return chosen;
  }

  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & MAGNITUDE;
  }

  /** The count-th smallest magnitude, and how many of those equal to it are among the smallest. */
  private static final class Threshold {
    private int magnitude; // the leading bits found so far, the others zero
    private int ties;

    Threshold(float[] values, int count) {
      ties = count;
      narrow(values, 20, 11);
      narrow(values, 10, 10);
      narrow(values, 0, 10);
    }

    /** Finds {@code bits} further bits, those from {@code shift} on. */
    private void narrow(float[] values, int shift, int bits) {
      var histogram = new int[1 << bits];
      var known = (MAGNITUDE << (shift + bits)) & MAGNITUDE;
      for (var i = 0; i < values.length; i++) {
        var candidate = magnitude(values[i]);
        if (candidate > INFINITE) {
          throw new EspalierException("weight number " + i + " is NaN, expected a number");
        }
        if ((candidate & known) == magnitude) {
          histogram[(candidate >>> shift) & ((1 << bits) - 1)]++;
        }
      }
      var bucket = 0;
      while (histogram[bucket] < ties) {
        ties -= histogram[bucket++];
      }
      magnitude |= bucket << shift;
    }
  }
}
