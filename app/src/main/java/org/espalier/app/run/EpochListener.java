package org.espalier.app.run;

import java.util.Optional;
import org.espalier.engine.training.EpochSummary;
import org.espalier.engine.training.Trainer;
import org.espalier.engine.training.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Keeps the summary of an epoch until the loop asks for it. */
final class EpochListener implements TrainingListener {
  private @Nullable EpochSummary ended;

  @Override
  public void epochEnded(Trainer trainer, EpochSummary epoch) {
    ended = epoch;
  }

  /** The epoch that the last iteration ended, once. */
  Optional<EpochSummary> take() {
    var epoch = Optional.ofNullable(ended);
    ended = null;
    return epoch;
  }
}
