package org.espalier.formats.coding;

/** What independent positions take at the least. */
final class MaskEntropy {
  private MaskEntropy() {}

  /** Empirical entropy, in bits, of positions of which some are ones. */
  static double bits(long ones, long positions) {
    return part(ones, positions) + part(positions - ones, positions);
  }

  private static double part(long count, long positions) {
    return count == 0 ? 0 : -count * Math.log((double) count / positions) / Math.log(2);
  }
}
