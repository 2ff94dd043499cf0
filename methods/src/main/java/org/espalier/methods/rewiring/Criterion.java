package org.espalier.methods.rewiring;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.SmallestMagnitudes;

/**
 * Which weights are worth least: those an update drops.
 *
 * <p>Exact counts and exact ranks, ties by index; the codes of RigL and ITOP add noise or drop
 * whole groups of ties.
 */
public enum Criterion {
  /** The smallest |w|. */
  MAGNITUDE {
    @Override
    int[] least(Parameter parameter, int count) {
      return SmallestMagnitudes.indices(parameter.values(), count);
    }
  },

  /**
   * Half of them the smallest positive weights, half the negative ones nearest to zero (Mocanu et
   * al. 2018); where one sign has too few, the other gives more. Zero counts as positive.
   */
  SIGN_BALANCED {
    @Override
    int[] least(Parameter parameter, int count) {
      var values = parameter.values();
      var negative = 0;
      for (var value : values) {
        negative += value < 0 ? 1 : 0;
      }
      var fromNegative = Math.min(count / 2, negative);
      var fromPositive = Math.min(count - fromNegative, values.length - negative);
      return IntStream.concat(
              Arrays.stream(ofSign(values, false, fromPositive)),
              Arrays.stream(ofSign(values, true, count - fromPositive)))
          .sorted()
          .toArray();
    }
  },

  /** The smallest |w·∂L/∂w|: first-order estimate of what their loss would cost. */
  TAYLOR {
    @Override
    int[] least(Parameter parameter, int count) {
      var values = parameter.values();
      var gradients = parameter.gradients();
      var scores = new float[values.length];
      for (var i = 0; i < scores.length; i++) {
        scores[i] = values[i] * gradients[i];
      }
      return SmallestMagnitudes.indices(scores, count);
    }
  };

  /** Indices in storage order, ascending, of the {@code count} weights worth least. */
  abstract int[] least(Parameter parameter, int count);

  private static int[] ofSign(float[] values, boolean negative, int count) {
    var scores = new float[values.length];
    for (var i = 0; i < scores.length; i++) {
      scores[i] = values[i] < 0 == negative ? values[i] : Float.POSITIVE_INFINITY;
    }
    return SmallestMagnitudes.indices(scores, count);
  }
}
