package org.espalier.bench;

import java.util.Map;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.Prepared;

/**
 * A whole training step on a batch in memory, by any engine: forward, backward and momentum SGD;
 * and the updates of the topology that come between such steps.
 */
final class TrainingStep implements Runnable, AutoCloseable {
  /** No weight is absent. */
  static final Prepared DENSE = new Prepared(Map.of(), TrainingHook.NONE, Map.of(), Block.SINGLE);

  private static final double LEARNING_RATE = 1e-3;

  private final Executor executor;
  private final Optimizer optimizer;
  private final Batch batch;
  private final TrainingHook hook;
  private long step;
  private long updates;

  /** Compiles {@code network}; prunable parameters without a topology are dense. */
  TrainingStep(Engine engine, Network network, Prepared masks, int batchSize, int threads) {
    this.optimizer = new Sgd(0.9, true, new WeightDecay(1e-4));
    var parameters = RandomModel.weights(network, masks.topologies());
    this.executor =
        engine.compile(
            network,
            parameters,
            new Loss.CrossEntropy(0),
            new Engine.Options(batchSize, threads, 1, true));
    this.batch = RandomModel.batch(network, batchSize);
    this.hook = masks.hook();
    parameters.trained().forEach(parameter -> parameter.slots(optimizer.slots()));
  }

  @Override
  public void run() {
    backpropagate();
    executor.update(optimizer, LEARNING_RATE, step);
    step++;
  }

  /** Forward and backward pass. */
  void backpropagate() {
    executor.forward(batch, Executor.Mode.TRAINING, step);
    executor.backward();
  }

  /**
   * An update of the topology as RigL makes it: forward and backward with candidates for growth on
   * a batch of its own, then dropping and growing, and no optimizer.
   */
  void rewire() {
    var time = ++updates * Masks.UPDATE_INTERVAL;
    var wanted = hook.absentGradientsWanted(time, executor.parameters());
    executor.forward(batch, Executor.Mode.TRAINING, step);
    hook.beforeStep(time, executor.parameters(), executor.backward(wanted));
  }

  /** The active positions of a sparse parameter. */
  Topology topology(String parameter) {
    return executor.parameters().of(parameter).topology();
  }

  /** Whether there is anything to rewire. */
  boolean sparse() {
    return !hook.equals(TrainingHook.NONE);
  }

  Footprint footprint() {
    return executor.footprint();
  }

  double loss() {
    return executor.loss();
  }

  long nonZeros() {
    var nonZeros = 0L;
    for (var parameter : executor.parameters()) {
      nonZeros += parameter.spec().prunable() ? parameter.nonZeros() : 0;
    }
    return nonZeros;
  }

  @Override
  public void close() {
    executor.close();
  }
}
