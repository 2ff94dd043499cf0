package org.espalier.engine.training;

import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Optimizer;

/**
 * What one training run is made of.
 *
 * @param executor the network, compiled, with its parameters initialised
 * @param batches where samples come from
 * @param hook what the method does during training
 * @param totalSteps optimizer steps after which training ends, at least 0
 */
public record TrainingSetup(
    Executor executor,
    BatchSource batches,
    Optimizer optimizer,
    LearningRate learningRate,
    TrainingHook hook,
    long totalSteps) {

  public TrainingSetup {
    if (totalSteps < 0) {
      throw new EspalierException("training of " + totalSteps + " steps: expected 0 or more");
    }
  }
}
