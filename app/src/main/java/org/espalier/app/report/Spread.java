package org.espalier.app.report;

import java.util.Collection;
import java.util.Locale;

/**
 * Mean and spread of repeated measurements.
 *
 * @param deviation sample standard deviation, 0 for a single one
 * @param count of measurements; no more than those were made
 */
public record Spread(double mean, double deviation, int count) {

  /** Of at least one measurement. */
  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values: expected at least one");
    }
    var mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    var squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    var deviation = values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1));
    return new Spread(mean, deviation, values.size());
  }

  /** Such as {@code 89.12 ± 0.21 (n=3)}; a single measurement has no spread to tell. */
  public String percent() {
    return count == 1
        ? String.format(Locale.ROOT, "%.2f (n=1)", 100 * mean)
        : String.format(Locale.ROOT, "%.2f ± %.2f (n=%d)", 100 * mean, 100 * deviation, count);
  }
}
