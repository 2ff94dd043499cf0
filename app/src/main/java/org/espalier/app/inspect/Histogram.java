package org.espalier.app.inspect;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How values are spread between the smallest and the largest of them.
 *
 * @param low the smallest value, where the first bin begins; 0 without values
 * @param high the largest value, where the last bin ends
 * @param mean of the values
 * @param deviation of the values, as of a population
 * @param counts values per bin; all bins are equally wide
 * @param notFinite values that are infinite or no numbers and stand in no bin
 */
public record Histogram(
    double low, double high, double mean, double deviation, List<Long> counts, long notFinite) {
  private static final int BINS = 32;
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";

  public Histogram {
    counts = List.copyOf(counts);
  }

  static Histogram of(float[] values) {
    var low = Double.POSITIVE_INFINITY;
    var high = Double.NEGATIVE_INFINITY;
    var sum = 0.0;
    var finite = 0L;
    for (var value : values) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        finite++;
      }
    }
    if (finite == 0) {
      return new Histogram(0, 0, 0, 0, List.of(), values.length);
    }
    var mean = sum / finite;
    var squares = 0.0;
    var counts = new long[BINS];
    for (var value : values) {
      if (Float.isFinite(value)) {
        squares += (value - mean) * (value - mean);
        counts[
            high == low
                ? BINS / 2
                : (int) Math.min(BINS - 1, BINS * (value - low) / (high - low))]++;
      }
    }
    var list = IntStream.range(0, BINS).mapToObj(bin -> counts[bin]).toList();
    return new Histogram(
        low, high, mean, Math.sqrt(squares / finite), list, values.length - finite);
  }

  /** The most values in one bin. */
  public long most() {
    return counts.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** One character per bin, as high as its count; a bin that is not empty is never blank. */
  public String blocks() {
    return counts.stream()
        .map(count -> BLOCKS.charAt((int) Math.ceilDiv(count * (BLOCKS.length() - 1), most())))
        .map(String::valueOf)
        .collect(Collectors.joining());
  }
}
