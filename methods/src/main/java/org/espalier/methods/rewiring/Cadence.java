package org.espalier.methods.rewiring;

import java.util.List;
import java.util.Locale;
import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Duration;
import org.espalier.methods.settings.Settings;

/**
 * When topology updates happen: from {@code begin} to {@code end}, {@code every} so often, the
 * first one not before {@code every}.
 *
 * <p>RigL's code makes its first update at step 0, where magnitudes are random and say nothing;
 * here the first comes after one interval, as in ITOP's code. The last step of a run has no update:
 * weights that grow there would never be trained.
 */
public record Cadence(RunPoint begin, Duration every, RunPoint end) {
  public Cadence {
    if (every.count() < 1) {
      throw new EspalierException("every " + every + ": expected at least 1it");
    }
  }

  /** Every so often from the start to {@code endPercent} of the run. */
  public static Cadence of(Duration every, double endPercent) {
    return new Cadence(RunPoint.percent(0), every, RunPoint.percent(endPercent));
  }

  /** Reads {@code begin}, {@code every} and {@code end}. */
  static Cadence read(Settings settings, Cadence fallback) {
    return new Cadence(
        RunPoint.read(settings, "begin", fallback.begin),
        settings.duration("every", fallback.every),
        RunPoint.read(settings, "end", fallback.end));
  }

  /** The same in steps. */
  Trigger trigger(long totalSteps, int stepsPerEpoch) {
    return new Trigger(
        begin.step(totalSteps, stepsPerEpoch),
        every.steps(stepsPerEpoch),
        end.step(totalSteps, stepsPerEpoch),
        totalSteps);
  }

  /** A warning if a run of that length has no topology update at all. */
  public List<String> notes(long totalSteps, int stepsPerEpoch) {
    var trigger = trigger(totalSteps, stepsPerEpoch);
    return trigger.first() <= trigger.last()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "no topology update will happen in %,d steps: every=%s, begin=%s, end=%s, the first"
                    + " would be at step %,d",
                totalSteps,
                every,
                begin,
                end,
                trigger.first()));
  }
}
