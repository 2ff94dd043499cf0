package org.espalier.formats.surp;

/**
 * The thresholds of the passes: a falling multiple of the mean of what is left of the magnitudes.
 *
 * <p>A pass that takes θ from k of n residuals lowers their mean by exactly k·θ/n, so the decoder
 * knows it without being told.
 *
 * <p>From pass to pass the threshold falls by no more than the multiple shrinks when there is
 * nothing left to take. Otherwise, where many weights lie close together, passes would grow so
 * large that it mattered where within one the target is reached.
 */
final class Thresholds {
  /** Below this multiple nothing sensible has a candidate left. */
  private static final double LEAST_MULTIPLE = 1e-3;

  /** A mean residual of this share of the first one is below the precision of float32. */
  private static final double LEAST_MEAN = 0x1p-24;

  private final long weights;
  private final double first;
  private final double shrink;
  private double mean;
  private double multiple;
  private double current;
  private double latest = Double.POSITIVE_INFINITY;

  Thresholds(long weights, double mean, double multiple, double shrink) {
    this.weights = weights;
    this.first = mean;
    this.mean = mean;
    this.multiple = multiple;
    this.shrink = shrink;
    this.current = multiple * mean;
  }

  /** The threshold and step of the pass that is due. */
  double current() {
    return current;
  }

  /**
   * How far the threshold lies below the one before, in units of that: 1 for the first. Residuals
   * that were not touched since lie below the one before.
   */
  double width() {
    return latest == Double.POSITIVE_INFINITY ? 1 : (latest - current) / latest;
  }

  /** Mean residual after so many refinements of the pass. */
  double mean(long refinements) {
    return mean - current * refinements / weights;
  }

  /** Ends a pass that refined so many weights. */
  void endPass(long refinements) {
    mean = mean(refinements);
    fall();
  }

  /**
   * Ends a pass without candidates: the multiple shrinks, unless the threshold still exceeds it.
   */
  void endEmptyPass() {
    if (current <= multiple * mean) {
      multiple *= shrink;
    }
    fall();
  }

  private void fall() {
    latest = current;
    current = Math.max(multiple * mean, shrink * latest);
  }

  /** Whether nothing is left to refine. */
  boolean exhausted() {
    return !(mean > first * LEAST_MEAN && multiple >= LEAST_MULTIPLE && current > 0);
  }
}
