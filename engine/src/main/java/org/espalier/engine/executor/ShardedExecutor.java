package org.espalier.engine.executor;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;

/**
 * Inference on images, one group of samples after the other through the whole network: every thread
 * has an executor of its own for a single group, so that activations stay in its cache and nobody
 * waits for anybody between layers.
 *
 * <p>Logits, losses and their sums are those of {@link CpuExecutor}, bit for bit.
 */
final class ShardedExecutor implements Executor {
  private final int batchSize;
  private final int group;
  private final CpuExecutor[] executors; // [thread]
  private final Batch[] shards; // [thread]
  private final float[][] shardLogits; // [thread][sample of a group · class]
  private final WorkerPool pool;
  private final WorkerPool.Task run = this::run;
  private final AtomicInteger next = new AtomicInteger();
  private final float[] logits; // [sample][class]
  private final double[] losses; // [sample]
  private final int[] correct; // [group]
  private Batch batch = new Batch(0, 1);

  ShardedExecutor(
      Network network, Parameters parameters, Loss loss, Engine.Options options, CpuEngine engine) {
    this.batchSize = options.batchSize();
    this.group = engine.kernels().lanes();
    var classes = network.output().size();
    var shard = new Engine.Options(group, 1, options.seed(), false);
    this.executors =
        IntStream.range(0, options.threads())
            .mapToObj(_ -> new CpuExecutor(network, parameters, loss, shard, engine))
            .toArray(CpuExecutor[]::new);
    this.shards =
        IntStream.range(0, options.threads())
            .mapToObj(_ -> new Batch(group, network.input().size()))
            .toArray(Batch[]::new);
    this.shardLogits = new float[options.threads()][group * classes];
    this.pool = new WorkerPool(options.threads());
    this.logits = new float[batchSize * classes];
    this.losses = new double[batchSize];
    this.correct = new int[Math.ceilDiv(batchSize, group)];
  }

  /**
   * Whether it pays: all threads have about the same number of groups, and not all layers are
   * linear ones, whose weights are read the less often the more samples pass by.
   */
  static boolean suits(Network network, Engine.Options options, Kernels kernels) {
    var groups = Math.ceilDiv(options.batchSize(), kernels.lanes());
    return !options.training()
        && groups > 1
        && (groups % options.threads() == 0 || groups >= 4 * options.threads())
        && network.nodes().stream().anyMatch(node -> node.layer() instanceof Layer.Conv2d);
  }

  @Override
  public Network network() {
    return executors[0].network();
  }

  @Override
  public Parameters parameters() {
    return executors[0].parameters();
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public void forward(Batch batch, Mode mode, long iteration) {
    batch.requireFit(network(), batchSize);
    if (mode != Mode.INFERENCE) {
      throw forInference();
    }
    parameters().bringHome();
    this.batch = batch;
    next.set(0);
    pool.run(executors.length, run);
  }

  /** Of an executor that is asked for what it has no memory for. */
  static IllegalStateException forInference() {
    return new IllegalStateException("compiled for inference: no batch statistics are taken");
  }

  /** Takes groups while there are any. */
  private void run(int thread) {
    var groups = Math.ceilDiv(batch.size(), group);
    for (var i = next.getAndIncrement(); i < groups; i = next.getAndIncrement()) {
      run(thread, i);
    }
  }

  private void run(int thread, int index) {
    var first = index * group;
    var shard = shards[thread];
    var features = batch.sampleSize();
    var classes = logits.length / batchSize;
    shard.size(Math.min(group, batch.size() - first));
    System.arraycopy(
        batch.features(), first * features, shard.features(), 0, shard.size() * features);
    System.arraycopy(batch.labels(), first, shard.labels(), 0, shard.size());
    var executor = executors[thread];
    executor.forward(shard, Mode.INFERENCE, 0);
    executor.logits(shardLogits[thread]);
    System.arraycopy(shardLogits[thread], 0, logits, first * classes, shard.size() * classes);
    for (var sample = 0; sample < shard.size(); sample++) {
      losses[first + sample] = executor.loss(sample);
    }
    correct[index] = executor.correct();
  }

  @Override
  public double loss() {
    var total = 0.0;
    for (var sample = 0; sample < batch.size(); sample++) {
      total += losses[sample];
    }
    return batch.size() == 0 ? 0 : total / batch.size();
  }

  @Override
  public int correct() {
    var total = 0;
    for (var i = 0; i < Math.ceilDiv(batch.size(), group); i++) {
      total += correct[i];
    }
    return total;
  }

  @Override
  public void logits(float[] into) {
    System.arraycopy(logits, 0, into, 0, batch.size() * (logits.length / batchSize));
  }

  @Override
  public Map<String, AbsentGradients> backward(Map<String, AbsentGradients.Wanted> wanted) {
    throw new IllegalStateException("backward without a forward pass in training mode");
  }

  @Override
  public Footprint footprint() {
    var one = executors[0].footprint();
    var topologies = 0L;
    for (var parameter : parameters()) {
      topologies += parameter.storage() == Storage.DENSE ? 0 : parameter.topology().bytes();
    }
    // Parameters are there once; derived structures and activations with every thread.
    return new Footprint(
        one.values(),
        one.gradients(),
        one.optimizer(),
        topologies + executors.length * (one.indices() - topologies),
        executors.length * one.activations());
  }

  @Override
  public void close() {
    pool.close();
    for (var executor : executors) {
      executor.close();
    }
  }
}
