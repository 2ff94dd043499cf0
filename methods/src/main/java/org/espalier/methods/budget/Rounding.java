package org.espalier.methods.budget;

import java.util.Comparator;
import java.util.stream.IntStream;

/** From fractional shares of a budget to whole weights per layer. */
public enum Rounding {
  /** Largest remainders: the layers' counts add up to the rounded budget exactly. */
  EXACT {
    @Override
    long[] counts(double[] densities, long[] sizes, long total) {
      var counts = new long[sizes.length];
      var rest = new double[sizes.length];
      var open = total;
      for (var i = 0; i < sizes.length; i++) {
        var share = densities[i] * sizes[i];
        counts[i] = Math.min(sizes[i], (long) Math.floor(share + SLACK));
        rest[i] = share - counts[i];
        open -= counts[i];
      }
      var byRest =
          IntStream.range(0, sizes.length)
              .filter(i -> counts[i] < sizes[i])
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -rest[i]))
              .limit(Math.max(0, open))
              .toList();
      byRest.forEach(i -> counts[i]++);
      return counts;
    }
  },

  /**
   * The code of RigL: each layer has ⌊sparsity·size⌋ zeros, so that the total may be off by one
   * weight per layer.
   */
  FLOOR {
    @Override
    long[] counts(double[] densities, long[] sizes, long total) {
      var counts = new long[sizes.length];
      for (var i = 0; i < sizes.length; i++) {
        counts[i] = sizes[i] - (long) Math.floor((1 - densities[i]) * sizes[i]);
      }
      return counts;
    }
  };

  /** Far above the rounding errors of a share, far below a weight. */
  private static final double SLACK = 1e-6;

  abstract long[] counts(double[] densities, long[] sizes, long total);
}
