package org.espalier.engine.executor;

import java.util.Map;
import org.espalier.engine.parameter.AbsentGradients;

/** A linear layer or convolution, whatever the storage of its weight. */
sealed interface Product extends Operation permits SparseProduct, DenseProduct {

  /** Name of its weight parameter. */
  String weight();

  /**
   * As {@link #backward(Pass)}; collects growth candidates on the way if {@code wanted} names its
   * weight.
   */
  void backward(
      Pass pass, Map<String, AbsentGradients.Wanted> wanted, Map<String, AbsentGradients> found);

  @Override
  default void backward(Pass pass) {
    backward(pass, Map.of(), Map.of());
  }
}
