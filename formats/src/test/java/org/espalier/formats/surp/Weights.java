package org.espalier.formats.surp;

import java.util.List;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;

/** Weights to encode. */
final class Weights {
  private Weights() {}

  static RandomStream random(long seed) {
    return new Randoms(seed).stream(Purpose.DATA, 0, 0);
  }

  static float[] laplacian(int count, long seed) {
    return new LaplacianSource(1).weights(count, random(seed));
  }

  /** Tensors of several sizes and scales. */
  static List<float[]> network(long seed) {
    var random = random(seed);
    return List.of(
        new LaplacianSource(0.03).weights(900, random),
        new LaplacianSource(0.2).weights(130, random),
        new float[70],
        new LaplacianSource(0.1).weights(64, random),
        new LaplacianSource(4).weights(1, random));
  }

  static int[] lengths(List<float[]> tensors) {
    return tensors.stream().mapToInt(it -> it.length).toArray();
  }

  static float[] joined(List<float[]> tensors) {
    var all = new float[tensors.stream().mapToInt(it -> it.length).sum()];
    var at = 0;
    for (var tensor : tensors) {
      System.arraycopy(tensor, 0, all, at, tensor.length);
      at += tensor.length;
    }
    return all;
  }
}
