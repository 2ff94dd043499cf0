package org.espalier.methods.rewiring;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.SmallestMagnitudes;

/**
 * Which blocks are worth least: those an update drops. A block is worth what its weights are
 * together, the L1 norm of their scores; so blocks of one weight are as the methods were published.
 *
 * <p>Exact counts and exact ranks, ties by index; the codes of RigL and ITOP add noise or drop
 * whole groups of ties.
 */
public enum Criterion {
  /** The smallest |w|. */
  MAGNITUDE {
    @Override
    int[] least(Parameter parameter, BlockTopology blocks, int count) {
      return SmallestMagnitudes.indices(blocks.magnitudes(parameter.values()), count);
    }
  },

  /**
   * The same part of the positive weights as of the negative ones, of each those nearest to zero
   * (Mocanu et al. 2018). Zero counts as positive, and the sign of a block is that of its sum.
   */
  SIGN_BALANCED {
    @Override
    int[] least(Parameter parameter, BlockTopology blocks, int count) {
      var sums = blocks.sums(parameter.values());
      var magnitudes = blocks.magnitudes(parameter.values());
      var negative = 0;
      for (var sum : sums) {
        negative += sum < 0 ? 1 : 0;
      }
      // Rounded, neither share exceeds the weights of its sign.
      var fromNegative = (int) Math.round(count * (double) negative / sums.length);
      return IntStream.concat(
              Arrays.stream(ofSign(sums, magnitudes, false, count - fromNegative)),
              Arrays.stream(ofSign(sums, magnitudes, true, fromNegative)))
          .sorted()
          .toArray();
    }
  },

  /** The smallest |w·∂L/∂w|: first-order estimate of what their loss would cost. */
  TAYLOR {
    @Override
    int[] least(Parameter parameter, BlockTopology blocks, int count) {
      var values = parameter.values();
      var gradients = parameter.gradients();
      var scores = new float[values.length];
      for (var i = 0; i < scores.length; i++) {
        scores[i] = values[i] * gradients[i];
      }
      return SmallestMagnitudes.indices(blocks.magnitudes(scores), count);
    }
  };

  /** Indices, ascending, of the {@code count} active blocks worth least. */
  abstract int[] least(Parameter parameter, BlockTopology blocks, int count);

  private static int[] ofSign(float[] sums, float[] magnitudes, boolean negative, int count) {
    var scores = new float[sums.length];
    for (var i = 0; i < scores.length; i++) {
      scores[i] = sums[i] < 0 == negative ? magnitudes[i] : Float.POSITIVE_INFINITY;
    }
    return SmallestMagnitudes.indices(scores, count);
  }
}
