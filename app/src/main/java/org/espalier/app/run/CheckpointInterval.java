package org.espalier.app.run;

import java.util.Optional;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Duration;
import org.espalier.engine.training.EpochSummary;

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
            : counted(duration(text));
    if (interval.zero()) {
      throw new EspalierException("checkpoint " + text + ": expected more than zero");
    }
    return interval;
  }

  private static CheckpointInterval counted(Duration every) {
    return every.unit() == Duration.Unit.EPOCHS
        ? new Epochs(every.count())
        : new Batches(every.count());
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (EspalierException e) {
      throw new EspalierException(
          "checkpoint \"" + text + "\": expected a time such as 1ep, 500it or 10min", e);
    }
  }

  /**
   * Whether it is time.
   *
   * @param iteration batches used so far
   * @param ended the epoch that the last of them ended, if it did
   * @param seconds since the last checkpoint
   */
  boolean due(long iteration, Optional<EpochSummary> ended, double seconds);

  boolean zero();

  /** At the end of an epoch, each time so many have gone by. */
  record Epochs(long every) implements CheckpointInterval {
    @Override
    public boolean due(long iteration, Optional<EpochSummary> ended, double seconds) {
      return ended.isPresent() && ended.get().epoch() % every == 0;
    }

    @Override
    public boolean zero() {
      return every == 0;
    }
  }

  /** Every so many batches, those that a method spends on rewiring included. */
  record Batches(long every) implements CheckpointInterval {
    @Override
    public boolean due(long iteration, Optional<EpochSummary> ended, double seconds) {
      return iteration % every == 0;
    }

    @Override
    public boolean zero() {
      return every == 0;
    }
  }

  /** Every so many minutes of the clock. */
  record Minutes(int every) implements CheckpointInterval {
    @Override
    public boolean due(long iteration, Optional<EpochSummary> ended, double seconds) {
      return seconds >= 60.0 * every;
    }

    @Override
    public boolean zero() {
      return every == 0;
    }
  }
}
