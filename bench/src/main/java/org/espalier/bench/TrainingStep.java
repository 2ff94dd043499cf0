package org.espalier.bench;

import java.util.Map;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;

/** A whole training step on a batch in memory: forward, backward and momentum SGD. */
final class TrainingStep implements Runnable, AutoCloseable {
  private static final double LEARNING_RATE = 1e-3;

  private final Executor executor;
  private final Optimizer optimizer;
  private final Batch batch;
  private long step;

  /** Compiles {@code network}; prunable parameters without a topology are dense. */
  TrainingStep(Network network, Map<String, Topology> topologies, int batchSize, int threads) {
    this.optimizer = new Sgd(0.9, true, new WeightDecay(1e-4));
    var parameters =
        new Parameters(
            network,
            spec -> {
              var topology = topologies.get(spec.name());
              return topology == null ? Parameter.dense(spec) : Parameter.sparse(spec, topology);
            });
    Initialiser.STANDARD.initialise(parameters, new Randoms(1));
    this.executor =
        new CpuEngine()
            .compile(
                network,
                parameters,
                new Loss.CrossEntropy(0),
                new Engine.Options(batchSize, threads, 1, true));
    this.batch = randomBatch(network, batchSize);
    parameters.trained().forEach(parameter -> parameter.slots(optimizer.slots()));
  }

  private static Batch randomBatch(Network network, int batchSize) {
    var stream = new Randoms(2).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(batchSize, network.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var i = 0; i < batchSize; i++) {
      batch.labels()[i] = stream.nextInt(network.output().channels());
    }
    return batch;
  }

  @Override
  public void run() {
    executor.forward(batch, Executor.Mode.TRAINING, step);
    executor.backward();
    executor.update(optimizer, LEARNING_RATE, step);
    step++;
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
