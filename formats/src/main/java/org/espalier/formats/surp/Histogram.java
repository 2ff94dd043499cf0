package org.espalier.formats.surp;

import java.util.HashMap;
import java.util.Map;

/** How often numbers occur, and how many bits each takes at least if they are independent. */
final class Histogram {
  private final Map<Long, Long> counts = new HashMap<>();
  private long total;

  void add(long number) {
    counts.merge(number, 1L, Long::sum);
    total++;
  }

  long zeros() {
    return counts.getOrDefault(0L, 0L);
  }

  /** In bits per number. */
  double entropy() {
    return counts.values().stream()
        .mapToDouble(
            count -> -count / (double) total * Math.log(count / (double) total) / Math.log(2))
        .sum();
  }
}
