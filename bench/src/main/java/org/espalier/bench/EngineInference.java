package org.espalier.bench;

import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.folding.BatchNormFolding;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;
import org.espalier.torch.TorchEngine;

/** Inference by an engine of ours, batch normalisation folded. */
final class EngineInference implements Rival {
  private final Engine engine;
  private final Executor executor;
  private final Batch batch;
  private final float[] logits;

  /** Weights as they are stored. */
  EngineInference(Engine engine, Network network, Parameters weights, Batch batch, int threads) {
    var folded = BatchNormFolding.fold(network, weights);
    this.engine = engine;
    this.batch = batch;
    this.logits = new float[batch.size() * network.output().size()];
    this.executor =
        engine.compile(
            folded.network(),
            folded.parameters(),
            new Loss.CrossEntropy(0),
            new Engine.Options(batch.size(), threads, 1, false));
  }

  /** All weights dense, absent ones zero. */
  static EngineInference dense(
      Engine engine, Network network, Parameters weights, Batch batch, int threads) {
    var dense =
        new Parameters(
            network,
            spec -> {
              var parameter = Parameter.dense(spec);
              var values = weights.of(spec.name()).toDense();
              System.arraycopy(values, 0, parameter.values(), 0, values.length);
              return parameter;
            });
    return new EngineInference(engine, network, dense, batch, threads);
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String layout() {
    return engine instanceof TorchEngine torch ? torch.layout().name() : Opponent.OWN_LAYOUT;
  }

  @Override
  public void run() {
    executor.forward(batch, Executor.Mode.INFERENCE, 0);
    executor.logits(logits);
  }

  @Override
  public float[] logits() {
    return logits;
  }

  @Override
  public void close() {
    executor.close();
  }
}
