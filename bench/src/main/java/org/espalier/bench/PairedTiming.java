package org.espalier.bench;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
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
  static final int LEAST_PAIRS = 7;
  private static final int MOST_PAIRS = 2001;
  private static final int RESAMPLES = 2000;
  private static final double LEAST_TURN_MS = 25;
  private static final int MOST_RUNS = 50; // of a turn

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

  /** The milliseconds of each pair, A's and B's. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, not kept
  record Pairs(double[] first, double[] second) {

    /** With a cost of B that comes too rarely to fall into every pair. */
    Pairs chargingSecond(double milliseconds) {
      return new Pairs(first, Arrays.stream(second).map(ms -> ms + milliseconds).toArray());
    }

    Result summary() {
      var ratios = new double[first.length];
      Arrays.setAll(ratios, i -> first[i] / second[i]);
      var medians = resampled(ratios);
      return new Result(
          Median.of(first),
          Median.of(second),
          Arrays.stream(first).min().orElse(0),
          Arrays.stream(second).min().orElse(0),
          Median.of(ratios),
          medians[(int) (0.025 * RESAMPLES)],
          medians[(int) (0.975 * RESAMPLES)],
          first.length);
    }
  }

  /** Medians of samples drawn with replacement, ascending. */
  private static double[] resampled(double[] ratios) {
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
    return medians;
  }

  /**
   * Runs both {@code warmup} times, then measures for about {@code seconds} but at least 7 pairs.
   */
  static Result compare(Runnable first, Runnable second, int warmup, double seconds) {
    for (var i = 0; i < warmup; i++) {
      first.run();
      second.run();
    }
    return measure(clocked(first), clocked(second), seconds).summary();
  }

  /**
   * Measures for about {@code seconds} but at least 7 pairs.
   *
   * @param first does A once and returns how many milliseconds that took, {@code second} B
   */
  static Pairs measure(DoubleSupplier first, DoubleSupplier second, double seconds) {
    // By the clock: what a turn tells may be the mean of many runs, after a rest.
    var start = System.nanoTime();
    var _ = first.getAsDouble();
    var _ = second.getAsDouble();
    var pair = Math.max(1, System.nanoTime() - start);
    var pairs = (int) Math.clamp(seconds * 1e9 / pair, LEAST_PAIRS, MOST_PAIRS);
    var a = new double[pairs];
    var b = new double[pairs];
    for (var i = 0; i < pairs; i++) {
      if (i % 2 == 0) {
        a[i] = first.getAsDouble();
        b[i] = second.getAsDouble();
      } else {
        b[i] = second.getAsDouble();
        a[i] = first.getAsDouble();
      }
    }
    return new Pairs(a, b);
  }

  /**
   * How many runs make a turn so long that the clock, what the caches hold of the other side and
   * the first milliseconds of a processor that has rested count for little.
   */
  static int runs(double runMs) {
    return (int) Math.clamp(Math.ceil(LEAST_TURN_MS / runMs), 1, MOST_RUNS);
  }

  /**
   * The mean of {@code runs} runs in a row, begun when the threads of the other side have come to
   * rest, and after a run that wakes those of this side and makes the caches theirs.
   */
  static DoubleSupplier turn(DoubleSupplier work, int runs) {
    return () -> {
      Quiet.await();
      var _ = work.getAsDouble();
      var sum = 0.0;
      for (var i = 0; i < runs; i++) {
        sum += work.getAsDouble();
      }
      return sum / runs;
    };
  }

  /** Milliseconds by the clock. */
  static DoubleSupplier clocked(Runnable work) {
    return () -> {
      var start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e6;
    };
  }
}
