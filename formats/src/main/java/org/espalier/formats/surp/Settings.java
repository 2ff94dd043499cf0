package org.espalier.formats.surp;

import java.util.OptionalDouble;
import org.espalier.engine.EspalierException;

/**
 * How thresholds begin and fall.
 *
 * @param normalisation what weights are divided by
 * @param firstMultiple the first threshold, in units of the mean magnitude of all weights but
 *     zeros: 0.01 to 30; by default ln(n / ln n) for n such weights
 * @param shrink what the multiple is multiplied by whenever no residual reaches the threshold, and
 *     by what thresholds fall at most from pass to pass: 0.5 to 0.999
 */
public record Settings(Normalisation normalisation, OptionalDouble firstMultiple, double shrink) {
  /** ℓ2 norm per tensor, first multiple ln(n / ln n), shrink 0.95. */
  public static final Settings DEFAULT =
      new Settings(Normalisation.L2_PER_TENSOR, OptionalDouble.empty(), 0.95);

  static final double LEAST_MULTIPLE = 0.01;
  static final double MOST_MULTIPLE = 30;
  static final double LEAST_SHRINK = 0.5;
  static final double MOST_SHRINK = 0.999;

  public Settings {
    if (firstMultiple.isPresent()) {
      require("first multiple", firstMultiple.getAsDouble(), LEAST_MULTIPLE, MOST_MULTIPLE);
    }
    require("shrink", shrink, LEAST_SHRINK, MOST_SHRINK);
  }

  /** The same with another normalisation. */
  public Settings with(Normalisation other) {
    return new Settings(other, firstMultiple, shrink);
  }

  /**
   * The first multiple for {@code weights} weights: L = ln(n/β) with β = ln n, and 1 where that is
   * less or makes no sense.
   */
  double firstMultiple(long weights) {
    return firstMultiple.orElseGet(
        () -> {
          double count = Math.max(1, weights);
          return Math.max(1, Math.log(count / Math.max(1, Math.log(count))));
        });
  }

  private static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new EspalierException(
          "SuRP, %s %s: expected %s to %s".formatted(name, value, least, most));
    }
  }
}
