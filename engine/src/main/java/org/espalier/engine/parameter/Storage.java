package org.espalier.engine.parameter;

/** The three ways to hold a prunable parameter; a method declares which it needs. */
public enum Storage {
  /** Non-zeros only: values, gradients and optimizer slots have one entry per active weight. */
  SPARSE,
  /** All weights and a mask: products use the active ones, the gradient is dense. */
  MASKED,
  /** All weights, all active. */
  DENSE
}
