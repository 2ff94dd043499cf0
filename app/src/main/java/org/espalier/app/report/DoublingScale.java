package org.espalier.app.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An axis on which equal ratios are equally far apart: from one power of two to another.
 *
 * @param low exponent of the first tick
 * @param high exponent of the last one
 */
record DoublingScale(int low, int high, double from, double to) implements Axis {

  /** The shortest one that covers values above 0. */
  static DoublingScale covering(double least, double most, double from, double to) {
    var low = (int) Math.floor(exponent(least));
    return new DoublingScale(low, Math.max(low + 1, (int) Math.ceil(exponent(most))), from, to);
  }

  private static double exponent(double value) {
    return Math.log(value) / Math.log(2);
  }

  @Override
  public double pixel(double value) {
    return from + (exponent(value) - low) / (high - low) * (to - from);
  }

  @Override
  public List<Double> ticks() {
    return IntStream.rangeClosed(low, high).mapToObj(it -> Math.pow(2, it)).toList();
  }
}
