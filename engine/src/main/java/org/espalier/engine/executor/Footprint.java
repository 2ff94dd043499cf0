package org.espalier.engine.executor;

import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;

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

  /**
   * What {@code network} would take with all its weights kept, beside an executor's footprint.
   *
   * @param slots optimizer slots per trained value
   * @param activations of that executor, since activations do not depend on the storage of weights
   */
  public static Footprint dense(Network network, int slots, long activations) {
    var specs = network.parameters();
    var values = specs.stream().mapToLong(ParameterSpec::size).sum();
    var trained =
        specs.stream().filter(ParameterSpec::trained).mapToLong(ParameterSpec::size).sum();
    return new Footprint(4 * values, 4 * trained, 4 * trained * slots, 0, activations);
  }

  /** What follows the non-zeros: everything but activations. */
  public long parameters() {
    return values + gradients + optimizer + indices;
  }

  public long total() {
    return parameters() + activations;
  }
}
