package org.espalier.engine.optimizer;

/** A learning-rate schedule: a pure function of the optimizer step, from 0. */
public interface LearningRate {
  double at(long step);
}
