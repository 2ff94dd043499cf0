package org.espalier.methods.rewiring;

import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Duration;
import org.espalier.methods.settings.Range;
import org.espalier.methods.settings.Settings;

/** A point of a training run, written {@code 75%} of it, or {@code 25000it} or {@code 30ep} in. */
public sealed interface RunPoint {

  /** The same in optimizer steps from the start. */
  long step(long totalSteps, int stepsPerEpoch);

  /** The point that many percent into a run. */
  static RunPoint percent(double percent) {
    return new Share(percent);
  }

  /** Reads a point under {@code key}, in the form given above. */
  static RunPoint read(Settings settings, String key, RunPoint fallback) {
    var text = settings.text(key, fallback.toString());
    try {
      return text.endsWith("%")
          ? new Share(Double.parseDouble(text.substring(0, text.length() - 1)))
          : new After(Duration.parse(text));
    } catch (NumberFormatException | EspalierException e) {
      throw new EspalierException(
          settings.path(key) + " " + text + ": expected a point such as 75%, 25000it or 30ep", e);
    }
  }

  /** A share of the run. */
  record Share(double percent) implements RunPoint {
    private static final Range PERCENT = new Range(0, false, 100, false);

    public Share {
      PERCENT.check("percent", percent);
    }

    @Override
    public long step(long totalSteps, int stepsPerEpoch) {
      return (long) Math.floor(totalSteps * percent / 100);
    }

    @Override
    public String toString() {
      return Settings.text(percent) + "%";
    }
  }

  /** A length from the start. */
  record After(Duration duration) implements RunPoint {
    @Override
    public long step(long totalSteps, int stepsPerEpoch) {
      return duration.steps(stepsPerEpoch);
    }

    @Override
    public String toString() {
      return duration.toString();
    }
  }
}
