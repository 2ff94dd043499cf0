package org.espalier.formats.surp;

import java.util.Arrays;
import org.espalier.engine.random.RandomStream;

/**
 * The rate-distortion theory of weights with a Laplacian law, under the ℓ1 distortion |u − v|
 * (Isik, Weissman, No, "An Information-Theoretic Justification for Model Pruning", AISTATS 2022).
 *
 * <p>The <em>one-sided</em> problem is that of the magnitudes, which are exponential, where a
 * reconstruction must not exceed its weight. It has the same rates, and signs come on top.
 *
 * @param mean magnitude of a weight (1/λ)
 */
public record LaplacianSource(double mean) {
  public LaplacianSource {
    if (!(mean > 0 && mean <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("mean magnitude " + mean + ": expected a positive number");
    }
  }

  /** R(D) = log₂(1/(λD)) in bits per weight, of both problems; 0 from D = 1/λ on. */
  public double rate(double distortion) {
    return Math.max(0, log2(mean / positive(distortion)));
  }

  /** D(R): the least distortion at so many bits per weight. */
  public double distortion(double rate) {
    return mean * Math.pow(2, -rate);
  }

  /** Share of zeros in the best reconstruction of magnitudes, λD; the others are exponential. */
  public double zeroMassOneSided(double distortion) {
    return Math.min(1, positive(distortion) / mean);
  }

  /** Bits per weight for magnitudes and signs coded apart: a sign for each that is not zero. */
  public double rateWithSigns(double distortion) {
    return rate(distortion) + 1 - zeroMassOneSided(distortion);
  }

  /** Weights of this law. */
  public float[] weights(int count, RandomStream random) {
    var weights = new float[count];
    for (var i = 0; i < count; i++) {
      var magnitude = (float) exponential(random, mean);
      weights[i] = random.nextInt() < 0 ? -magnitude : magnitude;
    }
    return weights;
  }

  /**
   * Draws from the best one-sided test channel: reconstructions V, zero with the mass above and
   * exponential otherwise, so that V plus an exponential error of mean D is exponential again.
   */
  public double[] reconstructions(int count, double distortion, RandomStream random) {
    var zero = zeroMassOneSided(distortion);
    var values = new double[count];
    Arrays.setAll(values, _ -> random.nextDouble() < zero ? 0 : exponential(random, mean));
    return values;
  }

  private static double exponential(RandomStream random, double mean) {
    return -mean * StrictMath.log1p(-random.nextDouble());
  }

  private static double positive(double distortion) {
    if (!(distortion > 0)) {
      throw new IllegalArgumentException(
          "distortion " + distortion + ": expected a positive number");
    }
    return distortion;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
