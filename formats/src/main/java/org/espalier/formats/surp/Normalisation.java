package org.espalier.formats.surp;

/**
 * What the weights of a tensor are divided by, so that tensors can be weighed against each other.
 */
public enum Normalisation {
  /** The Euclidean norm of the tensor, as the authors' code has it. */
  L2_PER_TENSOR,
  /** The mean magnitude of the tensor; small tensors win, which costs accuracy. */
  MEAN_PER_TENSOR,
  /** Nothing: all tensors are one. */
  NONE;

  /** The divisor, 0 for a tensor of zeros, which takes no part. */
  public float scale(float[] weights) {
    var sum = 0.0;
    var squares = 0.0;
    for (var weight : weights) {
      sum += Math.abs(weight);
      squares += (double) weight * weight;
    }
    var scale =
        switch (this) {
          case L2_PER_TENSOR -> Math.sqrt(squares);
          case MEAN_PER_TENSOR -> sum / weights.length;
          case NONE -> 1;
        };
    return sum == 0 ? 0 : (float) Math.clamp(scale, Float.MIN_VALUE, Float.MAX_VALUE);
  }
}
