package org.espalier.engine.training;

/** An endless, seekable sequence of training batches. */
public interface BatchSource extends AutoCloseable {

  int batchesPerEpoch();

  /** Makes the next batch number {@code iteration}, counted from the start of training. */
  void seek(long iteration);

  /** The next batch, valid until the following call. */
  Batch next();

  @Override
  void close();
}
