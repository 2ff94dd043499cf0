package org.espalier.methods.rewiring;

/**
 * What one topology update does: so many of the weights worth least go, as many others come.
 *
 * @param drop which weights go
 * @param count how many of a layer
 * @param growth which weights come
 * @param timing where in an iteration
 */
public record Rule(Criterion drop, Count count, Growth growth, Timing timing) {

  /** From a fraction of a layer's active weights, or blocks, to a whole number. */
  public enum Count {
    /** ⌊f·nnz⌋: RigL. */
    FLOOR,
    /** ⌈f·nnz⌉: ITOP. */
    CEILING;

    int of(double fraction, int active) {
      var share = fraction * active;
      return (int) (this == FLOOR ? Math.floor(share) : Math.min(Math.ceil(share), active));
    }
  }

  /** How an update relates to the optimizer's step. */
  public enum Timing {
    /** The batch is spent on the update; no optimizer step is made or counted (RigL). */
    INSTEAD_OF_STEP,
    /** The update follows an ordinary step, with the gradients of its batch (SET, ITOP). */
    AFTER_STEP
  }
}
