package org.espalier.engine.executor;

import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;

/**
 * A network compiled by an engine for one batch size, ready to step; not thread-safe.
 *
 * <p>One step: {@link #forward} in training mode, {@link #backward}, {@link #update}. All buffers
 * are planned when it is compiled; a step allocates nothing.
 */
public interface Executor extends AutoCloseable {

  /** Whether batch statistics and dropout are those of training or of inference. */
  enum Mode {
    TRAINING,
    INFERENCE
  }

  Network network();

  Parameters parameters();

  /** The largest batch it takes; smaller ones are filled with lanes that count for nothing. */
  int batchSize();

  /**
   * Computes logits, loss and hits of a batch of at most {@link #batchSize()} samples.
   *
   * @param iteration number of the batch since the start of training; selects dropout's random bits
   */
  void forward(Batch batch, Mode mode, long iteration);

  /** Mean loss over the samples of the last forward pass. */
  double loss();

  /** Samples of the last forward pass whose largest logit is that of their label. */
  int correct();

  /** The logits of the last forward pass, {@code [sample][class]}. */
  void logits(float[] into);

  /**
   * Fills the gradients of all trained parameters for the last forward pass in training mode, and
   * collects the largest gradients among absent weights for the parameters named.
   *
   * @param wanted for each sparse parameter how many absent weights at most
   * @return the candidates asked for, fewer where fewer weights are absent
   */
  Map<String, AbsentGradients> backward(Map<String, AbsentGradients.Wanted> wanted);

  /** Fills the gradients of all trained parameters for the last forward pass in training mode. */
  default void backward() {
    backward(Map.of());
  }

  /**
   * Updates all trained parameters by the gradients of the last backward pass, wherever the engine
   * keeps them.
   *
   * @param step number of this update, from 0
   */
  default void update(Optimizer optimizer, double learningRate, long step) {
    var trained = parameters().trained();
    for (var i = 0; i < trained.size(); i++) { // an iterator would be an allocation
      optimizer.update(trained.get(i), learningRate, step);
    }
  }

  /**
   * Waits until all that was asked for is done, for those who measure time: a device may still be
   * at work when a call returns.
   */
  default void finish() {}

  /** Bytes by purpose, beside those of the dense network. */
  Footprint footprint();

  @Override
  void close();
}
