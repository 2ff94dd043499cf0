package org.espalier.bench;

/**
 * Another program's way to run a network for inference: compiled for one batch, which is in memory,
 * and free to arrange all it likes before it is first run.
 */
interface Rival extends AutoCloseable {

  /** Its name on the command line and in results. */
  String name();

  /** The order of images in memory in which it is fastest, empty if it has no choice. */
  String layout();

  /** Computes the logits of the batch: what is timed. */
  void run();

  /** The logits of the last run, {@code [sample][class]}. */
  float[] logits();

  @Override
  void close();
}
