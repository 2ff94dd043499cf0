package org.espalier.formats.surp;

import java.util.Arrays;

/**
 * What is left of the magnitudes of a tensor, and what of it reaches a threshold.
 *
 * <p>Thresholds only fall, so residuals below {@code bound} are out of the question until one falls
 * below that: most passes look at a few weights only.
 */
final class Residuals {
  /** The lower it is, the longer the list and the more seldom it is made anew. */
  private static final double BOUND = 0.8;

  private final double[] residuals; // normalised
  private double bound = Double.POSITIVE_INFINITY;
  private int[] listed = {}; // ascending: all that reach the bound
  private int listedCount;
  private int[] candidates = {}; // ascending
  private int candidateCount;

  /** All of the magnitudes; zeros only if {@code scale} is 0. */
  Residuals(float[] weights, float scale) {
    residuals = new double[weights.length];
    if (scale > 0) {
      Arrays.setAll(residuals, i -> Math.abs(weights[i]) / (double) scale);
    }
  }

  double sum() {
    return Arrays.stream(residuals).sum();
  }

  /** Finds what reaches a threshold not above any before, and tells how much that is. */
  int collect(double threshold) {
    if (threshold < bound) {
      list(threshold * BOUND);
    }
    if (candidates.length < listedCount) {
      candidates = new int[listedCount];
    }
    candidateCount = 0;
    for (var i = 0; i < listedCount; i++) {
      if (residuals[listed[i]] >= threshold) {
        candidates[candidateCount++] = listed[i];
      }
    }
    return candidateCount;
  }

  /** Number {@code index} of those collected, ascending. */
  int candidate(int index) {
    return candidates[index];
  }

  int candidates() {
    return candidateCount;
  }

  void subtract(int position, double step) {
    residuals[position] -= step;
  }

  private void list(double least) {
    bound = least;
    listedCount = 0;
    for (var i = 0; i < residuals.length; i++) {
      if (residuals[i] >= least) {
        if (listedCount == listed.length) {
          listed = Arrays.copyOf(listed, Math.max(64, 2 * listedCount));
        }
        listed[listedCount++] = i;
      }
    }
  }
}
