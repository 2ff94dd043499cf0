package org.espalier.engine.optimizer;

/**
 * Keeps subnormal numbers out of weights and optimizer state: decaying values would end there, and
 * some processors take a hundred times longer over one.
 */
final class Flush {
  private static final float TINY = 0x1p-100f;

  private Flush() {}

  /**
   * Moves {@code x} towards zero by at most 2⁻¹⁰⁰: below that (8·10⁻³¹) it is 0, above 2⁻⁷⁵
   * (3·10⁻²³) unchanged, and never subnormal. Two comparisons instead of a branch, so that loops
   * around it become vector code.
   */
  static float tiny(float x) {
    return x - Math.max(-TINY, Math.min(TINY, x));
  }
}
