package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/**
 * Learns what the steps of an executor are at, one part after the other: a part ends where the next
 * one begins. Measurements hang in here; {@link #NONE} costs an empty call per part.
 */
public interface Tracer {
  /** Takes no notice. */
  Tracer NONE = (node, part) -> {};

  /** What an executor does for one node of a network, or for a batch as a whole. */
  enum Part {
    /** The batch into the layout of the kernels. */
    PACKING,
    /** Forward pass of a node, with what is fused into it. */
    FORWARD,
    LOSS,
    /** Backward pass of a node; of a product only that of its bias and its ReLU. */
    BACKWARD,
    WEIGHT_GRADIENT,
    /** Candidates for growth among the absent weights. */
    ABSENT_GRADIENTS,
    INPUT_GRADIENT,
    /** The optimizer, on all parameters. */
    UPDATE
  }

  /**
   * A part begins.
   *
   * @param node name of the node, {@link org.espalier.engine.network.Network#INPUT} for the batch
   */
  void begin(String node, Part part);

  /** What runs in place of a task that several threads are about to share. */
  default WorkerPool.Task shared(WorkerPool.Task task) {
    return task;
  }
}
