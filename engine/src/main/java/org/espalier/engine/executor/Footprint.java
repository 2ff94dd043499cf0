package org.espalier.engine.executor;

/**
 * Bytes an executor holds, by purpose.
 *
 * @param values stored weights and other parameters
 * @param gradients their gradients
 * @param optimizer their optimizer slots
 * @param indices topology of sparse parameters, transposed structure and permutation included
 * @param activations activations, their gradients and workspace: these do not shrink with sparsity
 */
public record Footprint(
    long values, long gradients, long optimizer, long indices, long activations) {

  /** What follows the non-zeros: everything but activations. */
  public long parameters() {
    return values + gradients + optimizer + indices;
  }

  public long total() {
    return parameters() + activations;
  }
}
