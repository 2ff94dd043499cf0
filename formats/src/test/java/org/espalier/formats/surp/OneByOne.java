package org.espalier.formats.surp;

import java.util.Arrays;
import org.espalier.engine.random.RandomStream;

/**
 * Refinement one index at a time, the threshold following the mean after each, as the paper
 * describes it but with a multiple that shrinks: what the estimate Σ h₂(p)/p was made for.
 */
final class OneByOne {

  /** What a refinement costs by the estimate, and the share of zeros it leaves. */
  record Report(double bits, double sparsity) {}

  private final double[] residuals;
  private final boolean[] touched;
  private final RandomStream random;
  private final double first;
  private double mean;
  private double multiple;
  private double bits;

  OneByOne(float[] weights, RandomStream random) {
    this.random = random;
    residuals = new double[weights.length];
    Arrays.setAll(residuals, i -> Math.abs(weights[i]));
    touched = new boolean[weights.length];
    first = Arrays.stream(residuals).average().orElseThrow();
    mean = first;
    multiple = Settings.DEFAULT.firstMultiple(weights.length);
  }

  Report refine(double ratio) {
    while (mean > ratio * first) {
      var threshold = multiple * mean;
      var candidates = 0;
      for (var residual : residuals) {
        candidates += residual >= threshold ? 1 : 0;
      }
      if (candidates == 0) {
        multiple *= Settings.DEFAULT.shrink();
        continue;
      }
      step(threshold, random.nextInt(candidates));
      var p = candidates / (double) residuals.length;
      bits -= (p * Math.log(p) + (1 - p) * Math.log1p(-p)) / Math.log(2) / p;
    }
    var zeros = 0;
    for (var one : touched) {
      zeros += one ? 0 : 1;
    }
    return new Report(bits, zeros / (double) residuals.length);
  }

  private void step(double threshold, int rank) {
    var left = rank;
    for (var i = 0; i < residuals.length; i++) {
      if (residuals[i] >= threshold && left-- == 0) {
        residuals[i] -= threshold;
        mean -= threshold / residuals.length;
        touched[i] = true;
        return;
      }
    }
  }
}
