package org.espalier.data.batch;

import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.BatchSource;
import org.espalier.engine.training.Normalisation;
import org.jspecify.annotations.Nullable;

/**
 * Endless shuffled, augmented, normalised training batches, prepared one ahead on a thread of their
 * own.
 *
 * <p>Every batch is full: what remains of an epoch after its last full batch is left out, a
 * different remainder in each epoch. Batch i depends on the seed and i alone, so a source that
 * {@linkplain #seek seeks} continues exactly like one that was never interrupted.
 *
 * <p>Two buffers change places: the caller holds one while the thread fills the other. A failure of
 * the thread is thrown by the next call of {@link #next}. For one caller at a time.
 */
public final class TrainingBatches implements BatchSource {
  private final BatchFiller filler;
  private final int batchesPerEpoch;

  // All guarded by this. While not `ready`, the thread is filling `spare` for iteration `next`;
  // what
  // it filled for an iteration that is no longer the next one, it fills again.
  private long next;
  private boolean ready;
  private Batch spare;
  private Batch lent;
  private @Nullable Throwable failure;
  private boolean closed;
  private @Nullable Thread thread;

  /**
   * Batches of {@code split} at {@code batchSize}, in the order and with the changes of {@code
   * randoms}.
   */
  public TrainingBatches(
      Split split,
      Shape shape,
      Normalisation normalisation,
      Augmentation augmentation,
      int batchSize,
      Randoms randoms) {
    Checks.batch(split, shape, normalisation, batchSize);
    augmentation.check(shape);
    if (batchSize > split.size()) {
      throw new EspalierException(
          "batch size %d: expected at most %d, the number of training samples"
              .formatted(batchSize, split.size()));
    }
    this.batchesPerEpoch = split.size() / batchSize;
    this.filler =
        new BatchFiller(split, shape, normalisation, augmentation, randoms, batchesPerEpoch);
    this.spare = new Batch(batchSize, shape.size());
    this.lent = new Batch(batchSize, shape.size());
  }

  @Override
  public int batchesPerEpoch() {
    return batchesPerEpoch;
  }

  @Override
  public synchronized void seek(long iteration) {
    if (iteration < 0) {
      throw new IllegalArgumentException("iteration " + iteration + ": expected 0 or more");
    }
    if (iteration != next) {
      next = iteration;
      ready = false;
      notifyAll();
    }
  }

  @Override
  public synchronized Batch next() {
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("prefetch").start(this::prefetch);
    }
    while (!ready && failure == null && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EspalierException("interrupted while waiting for batch " + next, e);
      }
    }
    if (closed) {
      throw new IllegalStateException("the batches are closed");
    }
    if (failure != null) {
      throw new EspalierException("batch " + next + ": " + failure.getMessage(), failure);
    }
    var filled = spare;
    spare = lent;
    lent = filled;
    ready = false;
    next++;
    notifyAll();
    return filled;
  }

  /** Ends the thread and waits for it; afterwards there are no more batches. */
  @Override
  public void close() {
    Thread ending;
    synchronized (this) {
      closed = true;
      notifyAll();
      ending = thread;
    }
    if (ending != null) {
      try {
        ending.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void prefetch() {
    try {
      while (awaitDemand()) {
        fillSpare();
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      synchronized (this) {
        failure = e;
        notifyAll();
      }
    }
  }

  /** Waits until the spare batch is to be filled; false once the source is closed. */
  private synchronized boolean awaitDemand() throws InterruptedException {
    while (ready && !closed) {
      wait();
    }
    return !closed;
  }

  private void fillSpare() {
    long iteration;
    Batch target;
    synchronized (this) {
      iteration = next;
      target = spare;
    }
    filler.fill(iteration, target);
    synchronized (this) {
      ready = iteration == next;
      notifyAll();
    }
  }
}
