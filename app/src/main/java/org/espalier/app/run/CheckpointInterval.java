package org.espalier.app.run;

import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Duration;

/** The time between two checkpoints: epochs, batches or minutes. */
public sealed interface CheckpointInterval {

  /**
   * Reads {@code 1ep}, {@code 500it} or {@code 10min}.
   *
   * @throws EspalierException if it is none of these, or not above zero
   */
  static CheckpointInterval parse(String text) {
    var minutes = Pattern.compile("(\\d{1,9})min").matcher(text.strip());
    var interval =
        minutes.matches()
            ? new Minutes(Integer.parseInt(minutes.group(1)))
            : new Batches(duration(text));
    if (interval.zero()) {
      throw new EspalierException("checkpoint " + text + ": expected more than zero");
    }
    return interval;
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (EspalierException e) {
      throw new EspalierException(
          "checkpoint \"" + text + "\": expected a time such as 1ep, 500it or 10min", e);
    }
  }

  /** Whether it is time, {@code seconds} after the last one. */
  boolean due(long iteration, int batchesPerEpoch, double seconds);

  boolean zero();

  /** Every so many batches of training. */
  record Batches(Duration every) implements CheckpointInterval {
    @Override
    public boolean due(long iteration, int batchesPerEpoch, double seconds) {
      return iteration % every.steps(batchesPerEpoch) == 0;
    }

    @Override
    public boolean zero() {
      return every.count() == 0;
    }
  }

  /** Every so many minutes of the clock. */
  record Minutes(int every) implements CheckpointInterval {
    @Override
    public boolean due(long iteration, int batchesPerEpoch, double seconds) {
      return seconds >= 60.0 * every;
    }

    @Override
    public boolean zero() {
      return every == 0;
    }
  }
}
