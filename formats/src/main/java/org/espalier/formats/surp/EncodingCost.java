package org.espalier.formats.surp;

/** Counts what coding ought to cost, beside what it does. */
final class EncodingCost {
  private final long weights;
  private long passes;
  private long shrinks;
  private double oneByOneBits;
  private double setBits;

  EncodingCost(long weights) {
    this.weights = weights;
  }

  void shrink() {
    shrinks++;
  }

  /**
   * Counts a pass.
   *
   * @param done how many of the candidates were refined: all, unless the target was reached
   */
  void pass(long candidates, int done) {
    passes++;
    for (var left = candidates; left > candidates - done; left--) {
      var share = left / (double) weights;
      oneByOneBits += entropy(share) / share;
    }
  }

  /** Counts a set of a pass: so many of so many positions. */
  void set(int members, int positions) {
    if (members > 0) {
      setBits += positions * entropy(members / (double) positions);
    }
  }

  long passes() {
    return passes;
  }

  long shrinks() {
    return shrinks;
  }

  double oneByOneBits() {
    return oneByOneBits;
  }

  double setBits() {
    return setBits;
  }

  /** h₂(p) in bits. */
  private static double entropy(double p) {
    return p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log1p(-p)) / Math.log(2);
  }
}
