package org.espalier.formats.runtime;

import java.util.HashMap;
import java.util.Map;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.training.Batch;

/**
 * What one caller computes with at a time: executors of the batch sizes it has needed so far, each
 * with room for its samples.
 */
final class Caller implements AutoCloseable {
  private final Compilation compilation;
  private final Map<Integer, Compiled> compiled = new HashMap<>(); // by batch size

  Caller(Compilation compilation) {
    this.compilation = compilation;
  }

  /** How to get an executor of one batch size. */
  @FunctionalInterface
  interface Compilation {
    Executor executor(int batchSize);
  }

  /** How to write a sample into the batch. */
  @FunctionalInterface
  interface Input {
    void copy(int sample, float[] into, int at);
  }

  private record Compiled(Executor executor, Batch batch) {}

  /**
   * The logits of some samples, {@code [sample][class]}.
   *
   * @param capacity at least {@code samples}: the batch size of the executor that computes them
   */
  float[] logits(int capacity, int samples, Input input) {
    var ready = compiled.computeIfAbsent(capacity, this::compile);
    var batch = ready.batch();
    batch.size(samples);
    for (var sample = 0; sample < samples; sample++) {
      input.copy(sample, batch.features(), sample * batch.sampleSize());
    }
    ready.executor().forward(batch, Executor.Mode.INFERENCE, 0);
    var logits = new float[samples * ready.executor().network().output().size()];
    ready.executor().logits(logits);
    return logits;
  }

  private Compiled compile(int capacity) {
    var executor = compilation.executor(capacity);
    return new Compiled(executor, new Batch(capacity, executor.network().input().size()));
  }

  @Override
  public void close() {
    compiled.values().forEach(ready -> ready.executor().close());
  }
}
