package org.espalier.methods.budget;

import java.util.Comparator;
import java.util.stream.IntStream;

/** From fractional shares of a budget to whole weights per layer. */
public enum Rounding {
  /**
   * Largest remainders: the layers' counts add up to the rounded budget exactly, where weights come
   * in blocks to within half of the largest block.
   */
  EXACT {
    @Override
    long[] counts(double[] densities, long[] sizes, int[] blocks, long total) {
      var counts = new long[sizes.length];
      var rest = new double[sizes.length];
      var open = total;
      for (var i = 0; i < sizes.length; i++) {
        var share = densities[i] * sizes[i] / blocks[i];
        var whole = Math.min(sizes[i] / blocks[i], (long) Math.floor(share + SLACK));
        rest[i] = share - whole;
        counts[i] = whole * blocks[i];
        open -= counts[i];
      }
      var byRest =
          IntStream.range(0, sizes.length)
              .filter(i -> counts[i] < sizes[i])
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -rest[i]))
              .toList();
      for (var i : byRest) {
        if (2 * open >= blocks[i]) { // one block more is no farther from the budget
          counts[i] += blocks[i];
          open -= blocks[i];
        }
      }
      return counts;
    }
  },

  /**
   * The code of RigL: each layer has ⌊sparsity·size⌋ zeros, so that the total may be off by one
   * weight per layer.
   */
  FLOOR {
    @Override
    long[] counts(double[] densities, long[] sizes, int[] blocks, long total) {
      var counts = new long[sizes.length];
      for (var i = 0; i < sizes.length; i++) {
        var zeros = (long) Math.floor((1 - densities[i]) * sizes[i] / blocks[i]);
        counts[i] = sizes[i] - zeros * blocks[i];
      }
      return counts;
    }
  };

  /** Far above the rounding errors of a share, far below a weight. */
  private static final double SLACK = 1e-6;

  /**
   * Weights per layer, multiples of its block.
   *
   * @param blocks weights in a block of each layer
   */
  abstract long[] counts(double[] densities, long[] sizes, int[] blocks, long total);
}
