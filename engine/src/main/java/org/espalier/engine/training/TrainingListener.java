package org.espalier.engine.training;

/** Is told how training goes: for progress bars, logs and checkpoints. */
public interface TrainingListener {
  /** Nobody listens. */
  TrainingListener NONE = new TrainingListener() {};

  /** After every batch; {@code trainer} says where training is. Must be cheap. */
  default void iterationEnded(Trainer trainer) {}

  /**
   * After the last batch of an epoch, and after that of training where it ends within one. The
   * trainer may be saved here.
   */
  default void epochEnded(Trainer trainer, EpochSummary epoch) {}
}
