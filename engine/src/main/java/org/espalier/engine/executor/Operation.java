package org.espalier.engine.executor;

/**
 * One node of a network, or a fused run of nodes, compiled: it knows its tensors and parameters.
 */
interface Operation {

  void forward(Pass pass);

  /** Turns the gradient of its output into those of its inputs and parameters. */
  void backward(Pass pass);

  /** Is not run again. */
  default void close() {}

  /** Bytes of structures that follow a parameter's topology. */
  default long indexBytes() {
    return 0;
  }
}
