package org.espalier.engine.executor;

/**
 * How a sparse product is cut for its kernels. Sums have one order whatever it is, so it decides
 * about time and not about bits.
 *
 * @param vectors of the largest tile
 * @param panels whether columns are visited panel by panel
 */
record Tiling(int vectors, boolean panels) {

  /** As users read it, and as choices are kept. */
  @Override
  public String toString() {
    return vectors + " vectors" + (panels ? " in panels" : "");
  }
}
