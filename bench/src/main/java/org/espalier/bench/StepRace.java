package org.espalier.bench;

import org.espalier.app.run.Median;

/**
 * The steps of a sparse network against those of its dense twin, with the same threads in the same
 * process.
 *
 * <p>A side runs several short steps in a row before the other has its turn, as training does, and
 * each turn begins when the threads of the other side have come to rest. What an update of the
 * topology costs beyond a step falls on {@link Masks#UPDATE_INTERVAL} steps in equal parts.
 */
final class StepRace {
  private static final int UPDATES = 5;

  private StepRace() {}

  /**
   * What a race found.
   *
   * @param timing the opponent first, the sparse network second, rewiring included
   * @param rewiringMs of a sparse step's milliseconds those that go to updates of the topology
   * @param updateMs what one update takes: its batch, and the first step over other weights
   */
  record Result(PairedTiming.Result timing, double rewiringMs, double updateMs) {}

  /** Warms both sides, then races them for about {@code seconds}. */
  static Result run(TrainingStep dense, TrainingStep sparse, double seconds) {
    var patience = Warmup.patience(seconds);
    var denseMs = Warmup.steady(PairedTiming.clocked(dense), patience);
    var sparseMs = Warmup.steady(PairedTiming.clocked(sparse), patience);
    var updateMs = sparse.sparse() ? updateMs(sparse, patience) : 0;
    var steps = PairedTiming.runs(Math.min(denseMs, sparseMs));
    var rewiringMs = updateMs / Masks.UPDATE_INTERVAL;
    var timing =
        PairedTiming.measure(
                PairedTiming.turn(PairedTiming.clocked(dense), steps),
                PairedTiming.turn(PairedTiming.clocked(sparse), steps),
                seconds)
            .chargingSecond(rewiringMs)
            .summary();
    return new Result(timing, rewiringMs, updateMs);
  }

  /** The median of an update and the step after it, less the median step. */
  private static double updateMs(TrainingStep sparse, double patience) {
    var update =
        PairedTiming.clocked(
            () -> {
              sparse.rewire();
              sparse.run();
            });
    var step = PairedTiming.clocked(sparse);
    Warmup.steady(update, patience);
    var updates = new double[UPDATES];
    var steps = new double[UPDATES];
    for (var i = 0; i < UPDATES; i++) {
      updates[i] = update.getAsDouble();
      steps[i] = step.getAsDouble();
    }
    return Math.max(0, Median.of(updates) - Median.of(steps));
  }
}
