package org.espalier.methods.settings;

import org.espalier.engine.EspalierException;

/** An interval of numbers, each end open or closed, that knows how to refuse what lies outside. */
public record Range(double lower, boolean lowerOpen, double upper, boolean upperOpen) {
  /** 0 ≤ x ≤ 1. */
  public static final Range UNIT = new Range(0, false, 1, false);

  /** 0 < x ≤ 1. */
  public static final Range POSITIVE_UNIT = new Range(0, true, 1, false);

  /** 0 ≤ x < 1: sparsities. */
  public static final Range BELOW_ONE = new Range(0, false, 1, true);

  /** 0 ≤ x. */
  public static final Range NOT_NEGATIVE = new Range(0, false, Double.POSITIVE_INFINITY, true);

  /** 1 ≤ x: counts. */
  public static final Range AT_LEAST_ONE = new Range(1, false, Double.POSITIVE_INFINITY, true);

  /**
   * Passes {@code value} on if it lies inside.
   *
   * @param path the place in the recipe, for example {@code method.sparsity}
   * @throws EspalierException naming path, value and range
   */
  public double check(String path, double value) {
    if (!contains(value)) {
      var name = path.substring(path.lastIndexOf('.') + 1);
      throw new EspalierException(
          path + " " + Settings.text(value) + ": expected " + describe(name));
    }
    return value;
  }

  /** Whether {@code value} lies inside; NaN never does. */
  public boolean contains(double value) {
    return (lowerOpen ? value > lower : value >= lower)
        && (upperOpen ? value < upper : value <= upper);
  }

  private String describe(String name) {
    var above = Settings.text(lower) + (lowerOpen ? " < " : " ≤ ") + name;
    return upper == Double.POSITIVE_INFINITY
        ? above
        : above + (upperOpen ? " < " : " ≤ ") + Settings.text(upper);
  }
}
