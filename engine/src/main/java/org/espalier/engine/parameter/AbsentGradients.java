package org.espalier.engine.parameter;

/**
 * The largest gradients among the absent blocks of one parameter (RigL's growth scores), streamed
 * out of the dense gradient without ever holding it whole.
 *
 * @param positions of blocks in the {@linkplain BlockGrid grid} of the parameter, which for single
 *     weights are those of the weights; by |gradient| descending, ties by position ascending
 * @param gradients beside their positions: signed for single weights, sums of magnitudes for blocks
 */
public record AbsentGradients(long[] positions, float[] gradients) {

  /**
   * What is asked for.
   *
   * @param count how many blocks at most
   * @param block one that the parameter {@linkplain Block#within has}
   */
  public record Wanted(int count, Block block) {}
}
