package org.espalier.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * Labelled samples in a fixed order, such as the training or the test part of a data set.
 *
 * <p>Immutable; a selection shares the samples it was taken from.
 */
public final class Split {
  private final Samples samples;
  private final int[] labels; // [position]
  private final int[] positions; // [position] -> index into samples

  /** All of {@code samples}, in their order; {@code labels[i]} is the class of sample i. */
  public Split(Samples samples, int[] labels) {
    this(samples, labels.clone(), identity(samples.count()));
    if (labels.length != samples.count()) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + samples.count() + " samples: expected one each");
    }
  }

  private Split(Samples samples, int[] labels, int[] positions) {
    this.samples = samples;
    this.labels = labels;
    this.positions = positions;
  }

  /** A split without samples. */
  public static Split empty(int sampleSize) {
    return new Split(new Samples.Bytes(new byte[0][], sampleSize), new int[0]);
  }

  public int size() {
    return positions.length;
  }

  public boolean isEmpty() {
    return positions.length == 0;
  }

  /** Values per sample. */
  public int sampleSize() {
    return samples.sampleSize();
  }

  /** The class of sample {@code index}. */
  public int label(int index) {
    return labels[index];
  }

  /**
   * Writes sample {@code index}, {@code [channel][height][width]}, to {@code into} from {@code at}
   * on.
   */
  public void copy(int index, float[] into, int at) {
    samples.copy(positions[index], into, at);
  }

  /** The samples at {@code indices}, in that order; nothing is copied but indices and labels. */
  public Split select(int[] indices) {
    var chosenLabels = new int[indices.length];
    var chosen = new int[indices.length];
    for (var i = 0; i < indices.length; i++) {
      var index = Objects.checkIndex(indices[i], size());
      chosenLabels[i] = labels[index];
      chosen[i] = positions[index];
    }
    return new Split(samples, chosenLabels, chosen);
  }

  /** How many samples each of {@code classes} classes has. */
  public int[] classCounts(int classes) {
    var counts = new int[classes];
    for (var label : labels) {
      counts[label]++;
    }
    return counts;
  }

  private static int[] identity(int count) {
    var positions = new int[count];
    Arrays.setAll(positions, i -> i);
    return positions;
  }
}
