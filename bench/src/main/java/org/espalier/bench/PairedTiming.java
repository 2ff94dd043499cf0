package org.espalier.bench;

import java.util.Arrays;
import org.espalier.app.run.Median;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/**
 * Times two things against each other in one process: A B, B A, A B … so that neither profits from
 * its place or from what else the machine does; the result is the median of the paired ratios.
 *
 * <p>Two absolute numbers from different moments drift apart by more than most speed-ups are worth;
 * ratios of neighbours do not.
 */
final class PairedTiming {
  private static final int RESAMPLES = 2000;

  private PairedTiming() {}

  /**
   * What was measured.
   *
   * @param firstMs median milliseconds of A, {@code secondMs} of B
   * @param ratio median of A's time over B's of the same pair; {@code ratioLow} and {@code
   *     ratioHigh} bound it with 95 % confidence (percentile bootstrap)
   */
  record Result(
      double firstMs,
      double secondMs,
      double firstMinMs,
      double secondMinMs,
      double ratio,
      double ratioLow,
      double ratioHigh,
      int pairs) {}

  /**
   * Runs both {@code warmup} times, then measures for about {@code seconds} but at least 7 pairs.
   */
  static Result compare(Runnable first, Runnable second, int warmup, double seconds) {
    for (var i = 0; i < warmup; i++) {
      first.run();
      second.run();
    }
    var pair = time(first) + time(second);
    var pairs = (int) Math.clamp(seconds * 1e9 / Math.max(1, pair), 7, 2001);
    var a = new double[pairs];
    var b = new double[pairs];
    for (var i = 0; i < pairs; i++) {
      if (i % 2 == 0) {
        a[i] = time(first);
        b[i] = time(second);
      } else {
        b[i] = time(second);
        a[i] = time(first);
      }
    }
    return summary(a, b);
  }

  private static long time(Runnable work) {
    var start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static Result summary(double[] a, double[] b) {
    var ratios = new double[a.length];
    Arrays.setAll(ratios, i -> a[i] / b[i]);
    var medians = new double[RESAMPLES];
    var stream = new Randoms(1).stream(Purpose.ORDER, 0, 0);
    var sample = new double[ratios.length];
    for (var r = 0; r < RESAMPLES; r++) {
      for (var i = 0; i < sample.length; i++) {
        sample[i] = ratios[stream.nextInt(ratios.length)];
      }
      medians[r] = Median.of(sample);
    }
    Arrays.sort(medians);
    return new Result(
        Median.of(a) / 1e6,
        Median.of(b) / 1e6,
        Arrays.stream(a).min().orElse(0) / 1e6,
        Arrays.stream(b).min().orElse(0) / 1e6,
        Median.of(ratios),
        medians[(int) (0.025 * RESAMPLES)],
        medians[(int) (0.975 * RESAMPLES)],
        a.length);
  }
}
