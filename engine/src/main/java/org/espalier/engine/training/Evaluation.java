package org.espalier.engine.training;

import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Executor;

/**
 * How well a network does on samples it is not trained on.
 *
 * @param samples how many there were
 * @param loss mean loss per sample
 * @param accuracy share of samples whose largest logit is that of their label
 */
public record Evaluation(long samples, double loss, double accuracy) {

  /**
   * Runs {@code executor} in inference mode over all of {@code batches}.
   *
   * @throws EspalierException if there is no sample, or a loss is not finite
   */
  public static Evaluation of(Executor executor, Iterable<Batch> batches) {
    var samples = 0L;
    var correct = 0L;
    var lossSum = 0.0;
    for (var batch : batches) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      samples += batch.size();
      correct += executor.correct();
      lossSum += executor.loss() * batch.size();
    }
    if (samples == 0) {
      throw new EspalierException("nothing to evaluate: expected at least one sample");
    }
    if (!Double.isFinite(lossSum)) {
      throw new EspalierException(
          "the loss of the network in evaluation is "
              + lossSum
              + ", expected a finite number: its weights or the samples hold values that are not");
    }
    return new Evaluation(samples, lossSum / samples, correct / (double) samples);
  }
}
