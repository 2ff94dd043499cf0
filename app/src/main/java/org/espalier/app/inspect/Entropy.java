package org.espalier.app.inspect;

import java.util.Arrays;
import java.util.OptionalDouble;

/** Empirical entropies: what a coder that knows the frequencies, and nothing else, cannot beat. */
final class Entropy {
  /** How often a value occurs, on average, before it is taken for one of few levels. */
  private static final int REPEATS = 4;

  private Entropy() {}

  /** Bits per position of a mask with {@code active} of {@code size} positions: 0 to 1. */
  static double ofMask(long active, long size) {
    return size == 0 ? 0 : term(active / (double) size) + term((size - active) / (double) size);
  }

  /**
   * Bits per value, where values are quantised: where each occurs four times or more on average. Of
   * values that hardly ever repeat the frequencies say nothing.
   */
  static OptionalDouble ofValues(float[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    var bits = 0.0;
    var distinct = 0;
    for (int from = 0, to = 0; from < sorted.length; from = to) {
      while (to < sorted.length && Float.compare(sorted[to], sorted[from]) == 0) {
        to++;
      }
      distinct++;
      bits += term((to - from) / (double) sorted.length);
    }
    return distinct == 0 || (long) REPEATS * distinct > sorted.length
        ? OptionalDouble.empty()
        : OptionalDouble.of(bits);
  }

  private static double term(double probability) {
    return probability == 0 ? 0 : -probability * Math.log(probability) / Math.log(2);
  }
}
