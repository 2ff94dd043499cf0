package org.espalier.engine.training;

import java.util.Random;

/** Endless noisy samples around one centre per class, a pure function of their number. */
final class ClusterBatches implements BatchSource {
  static final int BATCHES_PER_EPOCH = 7;

  private final Batch batch;
  private long next = -1;

  ClusterBatches() {
    this(LinearExecutor.FEATURES);
  }

  ClusterBatches(int features) {
    this.batch = new Batch(16, features);
  }

  @Override
  public int batchesPerEpoch() {
    return BATCHES_PER_EPOCH;
  }

  @Override
  public void seek(long iteration) {
    next = iteration;
  }

  @Override
  public Batch next() {
    if (next < 0) {
      throw new IllegalStateException("seek first");
    }
    var random = new Random(1000 + next++);
    // The last batch of an epoch is smaller, so that means have to be weighted.
    batch.size(next % BATCHES_PER_EPOCH == 0 ? 5 : 16);
    for (var sample = 0; sample < batch.size(); sample++) {
      var label = random.nextInt(LinearExecutor.CLASSES);
      batch.labels()[sample] = label;
      for (var f = 0; f < batch.sampleSize(); f++) {
        batch.features()[sample * batch.sampleSize() + f] =
            (float) (random.nextGaussian() + (f % LinearExecutor.CLASSES == label ? 2 : 0));
      }
    }
    return batch;
  }

  @Override
  public void close() {}
}
