package org.espalier.app.recipe;

import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Duration;

/**
 * The length of one training in optimizer steps, the unit to which durations and fractions are
 * brought.
 */
public record TrainingLength(long steps, int batchesPerEpoch) {

  public TrainingLength {
    if (steps < 1) {
      throw new EspalierException("duration of " + steps + " steps: expected at least 1");
    }
  }

  /** A training of the duration that a recipe gives, on data with so many batches per epoch. */
  public static TrainingLength of(Duration duration, int batchesPerEpoch) {
    return new TrainingLength(duration.steps(batchesPerEpoch), batchesPerEpoch);
  }

  /** Epochs, the last one perhaps not whole. */
  public long epochs() {
    return Math.ceilDiv(steps, batchesPerEpoch);
  }

  /** Steps in a duration such as {@code 5ep}; {@code key} is for the error. */
  long steps(String key, String duration) {
    try {
      return Duration.parse(duration).steps(batchesPerEpoch);
    } catch (EspalierException e) {
      throw new EspalierException(key + ": " + e.getMessage(), e);
    }
  }

  /** Steps up to a place given as a duration or as a fraction of the whole, such as 0.5. */
  long place(String key, String place) {
    return place.matches("0?\\.[0-9]+|0|1|1\\.0+")
        ? Math.round(Double.parseDouble(place) * steps)
        : steps(key, place);
  }
}
