package org.espalier.engine.optimizer;

import org.espalier.engine.parameter.Parameter;

/** A rule that turns gradients into new values, on stored weights only; a value without state. */
public interface Optimizer {

  /** State arrays per parameter: 1 for momentum, 2 for Adam. */
  int slots();

  /**
   * Updates one parameter in place; its optimizer state lives in its slots. Threads update several
   * parameters at a time.
   *
   * @param step number of this update, from 0
   */
  void update(Parameter parameter, double learningRate, long step);
}
