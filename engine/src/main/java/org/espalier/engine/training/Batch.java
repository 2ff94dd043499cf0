package org.espalier.engine.training;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;

/**
 * Labelled samples on their way to an executor, sample-major; the buffers are reused from batch to
 * batch.
 */
public final class Batch {
  private final float[] features; // [sample][channel][height][width]
  private final int[] labels; // [sample]
  private final int sampleSize;
  private int size;

  /** Room for {@code capacity} samples of {@code sampleSize} floats each. */
  public Batch(int capacity, int sampleSize) {
    this.features = new float[Math.multiplyExact(capacity, sampleSize)];
    this.labels = new int[capacity];
    this.sampleSize = sampleSize;
    this.size = capacity;
  }

  /** All feature values, {@code [sample][channel][height][width]}. */
  public float[] features() {
    return features;
  }

  /** The class of each sample. */
  public int[] labels() {
    return labels;
  }

  /** Samples in use, at most {@link #capacity()}. */
  public int size() {
    return size;
  }

  public void size(int size) {
    if (size < 0 || size > labels.length) {
      throw new IllegalArgumentException("size " + size + ": expected 0 to " + labels.length);
    }
    this.size = size;
  }

  public int capacity() {
    return labels.length;
  }

  /** Floats per sample. */
  public int sampleSize() {
    return sampleSize;
  }

  /**
   * Sees that an executor of {@code network} can take this batch.
   *
   * @throws EspalierException if it is empty, larger than {@code atMost}, or of other samples
   * @throws IllegalArgumentException if a label is no class of the network
   */
  public void requireFit(Network network, int atMost) {
    if (size < 1 || size > atMost) {
      throw new EspalierException("a batch of " + size + " samples: expected 1 to " + atMost);
    }
    if (sampleSize != network.input().size()) {
      throw new EspalierException(
          "samples of "
              + sampleSize
              + " values: network "
              + network.name()
              + " expects "
              + network.input()
              + ", that is "
              + network.input().size());
    }
    var classes = network.output().channels();
    for (var sample = 0; sample < size; sample++) {
      if (labels[sample] < 0 || labels[sample] >= classes) {
        throw new IllegalArgumentException(
            "label "
                + labels[sample]
                + " of sample "
                + sample
                + ": expected 0 to "
                + (classes - 1));
      }
    }
  }
}
