package org.espalier.lab;

import java.util.Arrays;
import org.espalier.engine.random.RandomStream;

/**
 * Successive refinement exactly as the paper has it (Isik, Weissman, No 2022): threshold and step
 * are ln(n/β)/λ, one random candidate after the other, λ following the mean. For finite n it soon
 * finds no candidate any more, which is why a coder must let its multiple shrink.
 */
final class TextbookSurp {
  private TextbookSurp() {}

  /**
   * Where it came to a halt.
   *
   * @param beta β = ln n
   * @param iterations until no residual reached the threshold
   * @param relativeDistortion D/D₀ by then
   * @param sparsity share of zeros by then
   */
  record Stall(double beta, int iterations, double relativeDistortion, double sparsity) {}

  /**
   * Refines until nothing can be refined.
   *
   * @param weights three or more
   */
  static Stall run(float[] weights, RandomStream random) {
    var count = weights.length;
    var residuals = new double[count];
    Arrays.setAll(residuals, i -> Math.abs(weights[i]));
    var first = Arrays.stream(residuals).average().orElseThrow();
    var beta = Math.log(count);
    var length = Math.log(count / beta); // L
    var lambda = 1 / first;
    var touched = new boolean[count];
    for (var iteration = 0; ; iteration++) {
      var threshold = length / lambda;
      var candidates = candidates(residuals, threshold);
      if (candidates.length == 0) {
        return new Stall(beta, iteration, 1 / (lambda * first), share(touched));
      }
      var chosen = candidates[random.nextInt(candidates.length)];
      residuals[chosen] -= threshold;
      touched[chosen] = true;
      lambda *= count / (count - length);
    }
  }

  private static int[] candidates(double[] residuals, double threshold) {
    var found = new int[residuals.length];
    var count = 0;
    for (var i = 0; i < residuals.length; i++) {
      if (residuals[i] >= threshold) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static double share(boolean[] touched) {
    var zeros = 0;
    for (var one : touched) {
      zeros += one ? 0 : 1;
    }
    return zeros / (double) touched.length;
  }
}
