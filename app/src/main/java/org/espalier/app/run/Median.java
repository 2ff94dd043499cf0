package org.espalier.app.run;

import java.util.Arrays;

/** The middle of many measurements. */
public final class Median {
  private Median() {}

  /**
   * The middle value; of an even number the mean of the two in the middle.
   *
   * @param values one or more, in any order
   */
  public static double of(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
