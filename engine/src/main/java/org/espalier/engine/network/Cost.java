package org.espalier.engine.network;

import java.util.function.ToLongFunction;

/**
 * What a network costs per example in the convention of the literature on sparse training (Evci et
 * al. 2020, arXiv 1911.11134, and the counting code of the MicroNet Challenge they use).
 *
 * <p>A layer with n active weights per group of outputs does, for every value it computes, one
 * multiplication per active weight, one addition less, then one for a bias and one for a ReLU,
 * whether or not it has them; normalisation, pooling and sums count nothing. Bytes are 4 per active
 * weight and per output's bias, and a mask of one bit per position where some are absent: a figure
 * to compare with published ones, not what is held in memory.
 *
 * @param denseFlops of one inference with all weights active
 * @param sparseFlops of one inference with the active weights alone
 * @param denseBytes of the network with all weights active
 * @param sparseBytes of the network with the active weights alone
 */
public record Cost(double denseFlops, double sparseFlops, double denseBytes, double sparseBytes) {
  static final Cost NONE = new Cost(0, 0, 0, 0);

  /** The cost of a network when {@code nonZeros} of each prunable tensor's weights are active. */
  public static Cost of(Network network, ToLongFunction<ParameterSpec> nonZeros) {
    var cost = NONE;
    for (var weight : network.prunable()) {
      cost = cost.plus(of(weight, network.shape(weight.node()), nonZeros.applyAsLong(weight)));
    }
    return cost;
  }

  /** The cost of one layer. */
  static Cost of(ParameterSpec weight, Shape output, long nonZeros) {
    var mask = nonZeros < weight.size() ? weight.size() / 8.0 : 0;
    return new Cost(
        flops(weight, output, weight.size()),
        flops(weight, output, nonZeros),
        4.0 * (weight.size() + weight.outputs()),
        4.0 * (nonZeros + weight.outputs()) + mask);
  }

  private static double flops(ParameterSpec weight, Shape output, long nonZeros) {
    var values = (double) output.size();
    var perValue = nonZeros / (double) weight.outputs();
    var products = values * (2 * perValue - 1);
    var bias = values;
    var relu = values;
    return products + bias + relu;
  }

  Cost plus(Cost other) {
    return new Cost(
        denseFlops + other.denseFlops,
        sparseFlops + other.sparseFlops,
        denseBytes + other.denseBytes,
        sparseBytes + other.sparseBytes);
  }

  /** FLOPs of inference, sparse to dense. */
  public double inferenceRatio() {
    return sparseFlops / denseFlops;
  }

  /**
   * FLOPs of training, to those of the dense network, when all gradients stay at the non-zeros: 3
   * f_S to 3 f_D, a backward pass being twice a forward pass. Static masks, SET, SNIP.
   */
  public double sparseTrainingRatio() {
    return inferenceRatio();
  }

  /**
   * FLOPs of training, to those of the dense network, when every iteration makes the dense weight
   * gradient: 2 f_S + f_D to 3 f_D. SNFS and methods that mask all weights.
   */
  public double denseGradientTrainingRatio() {
    return (2 * sparseFlops + denseFlops) / (3 * denseFlops);
  }

  /**
   * FLOPs of training, to those of the dense network, when a {@code share} of all iterations makes
   * the dense weight gradient. RigL, which does so once in ΔT + 1: (3 f_S ΔT + 2 f_S + f_D)/(ΔT +
   * 1) to 3 f_D.
   *
   * @param share from 0 to 1
   */
  public double trainingRatio(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ": expected 0 to 1");
    }
    return (1 - share) * sparseTrainingRatio() + share * denseGradientTrainingRatio();
  }
}
