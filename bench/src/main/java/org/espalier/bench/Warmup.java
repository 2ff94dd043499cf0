package org.espalier.bench;

import java.util.function.DoubleSupplier;
import org.espalier.engine.executor.Tuning;

/**
 * Runs something until it gets no faster: vector code is a hundred times slower before the compiler
 * has got to it, and it takes a different time for every network.
 */
final class Warmup {
  private static final double BLOCK_MS = 600;
  private static final int LEAST_RUNS = 3; // of a block
  private static final int MOST_RUNS = 10_000;
  private static final double STEADY = 0.97;
  private static final double MOST_MS = 15_000;
  private static final double MOST_PER_MEASURED = 3;
  private static final long MOST_TUNING_NANOS = 60_000_000_000L;

  private Warmup() {}

  /** Runs steps until their layers have found their tilings; gives up after a minute. */
  static void tune(Runnable step, Tuning tuning) {
    var start = System.nanoTime();
    do {
      step.run();
    } while (!tuning.settled() && System.nanoTime() - start < MOST_TUNING_NANOS);
  }

  /** The milliseconds worth spending on the warm-up of what is then measured for so long. */
  static double patience(double seconds) {
    return Math.min(MOST_MS, MOST_PER_MEASURED * 1e3 * seconds);
  }

  /**
   * Runs blocks until the best run of one is no more than 3 % faster than the best before it, twice
   * in a row; gives up after {@code most} milliseconds.
   *
   * @param work does it once and returns how many milliseconds that took
   * @return the milliseconds of the best run
   */
  static double steady(DoubleSupplier work, double most) {
    var blockMs = Math.min(BLOCK_MS, most);
    var best = Double.POSITIVE_INFINITY;
    var spent = 0.0;
    for (var steady = 0; steady < 2 && spent < most; ) {
      var block = 0.0;
      var bestOfBlock = Double.POSITIVE_INFINITY;
      for (var run = 0; run < LEAST_RUNS || (block < blockMs && run < MOST_RUNS); run++) {
        var ms = work.getAsDouble();
        block += ms;
        bestOfBlock = Math.min(bestOfBlock, ms);
      }
      steady = bestOfBlock > STEADY * best ? steady + 1 : 0;
      best = Math.min(best, bestOfBlock);
      spent += block;
    }
    return best;
  }
}
