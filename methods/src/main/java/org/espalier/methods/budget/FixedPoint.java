package org.espalier.methods.budget;

import java.util.Arrays;
import java.util.Locale;
import org.espalier.engine.EspalierException;

/**
 * The search for ε in density = ε · raw, where layers that would exceed 1 become dense and the
 * others give up what those take more than their share (Evci et al. 2020 and the code published
 * with it, {@code rigl/sparse_utils.py}).
 */
final class FixedPoint {
  private FixedPoint() {}

  /**
   * Densities proportional to {@code raw} and at most 1 that add up to {@code density} of all
   * weights; ends after at most one pass per layer.
   */
  static double[] densities(double[] raw, long[] sizes, double density, Rounding rounding) {
    var dense = new boolean[sizes.length];
    while (true) {
      var budget = 0.0;
      var divisor = 0.0;
      var largest = Double.NEGATIVE_INFINITY;
      for (var i = 0; i < sizes.length; i++) {
        var zeros = zeros(sizes[i], density, rounding);
        budget += dense[i] ? -zeros : sizes[i] - zeros;
        divisor += dense[i] ? 0 : raw[i] * sizes[i];
        largest = dense[i] ? largest : Math.max(largest, raw[i]);
      }
      if (divisor == 0) {
        return filled(sizes.length);
      }
      if (budget <= 0) {
        throw infeasible(
            "the layers that Erdős–Rényi makes dense", density * sum(sizes), taken(dense, sizes));
      }
      var epsilon = budget / divisor;
      if (epsilon * largest <= 1) {
        return scaled(raw, epsilon, dense);
      }
      for (var i = 0; i < sizes.length; i++) {
        dense[i] |= raw[i] == largest;
      }
    }
  }

  static EspalierException infeasible(String taker, double budget, double taken) {
    return new EspalierException(
        String.format(
            Locale.ROOT,
            "a budget of %.0f weights cannot be met: %s take %.0f; lower the sparsity or choose"
                + " another distribution",
            budget,
            taker,
            taken));
  }

  private static double zeros(long size, double density, Rounding rounding) {
    var zeros = (1 - density) * size;
    return rounding == Rounding.FLOOR ? Math.floor(zeros) : zeros;
  }

  private static double[] filled(int count) {
    var ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static double[] scaled(double[] raw, double epsilon, boolean[] dense) {
    var densities = new double[raw.length];
    for (var i = 0; i < raw.length; i++) {
      densities[i] = dense[i] ? 1 : epsilon * raw[i];
    }
    return densities;
  }

  private static double taken(boolean[] dense, long[] sizes) {
    var taken = 0.0;
    for (var i = 0; i < sizes.length; i++) {
      taken += dense[i] ? sizes[i] : 0;
    }
    return taken;
  }

  private static double sum(long[] sizes) {
    return Arrays.stream(sizes).sum();
  }
}
