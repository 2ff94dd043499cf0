package org.espalier.bench;

import org.espalier.engine.kernels.Kernels;

/** The floating-point peak of one core as Java reaches it: fused multiply-adds in registers. */
final class Peak {
  private static final int ITERATIONS = 100_000;

  private Peak() {}

  static double gflops(Kernels kernels) {
    var best = Long.MAX_VALUE;
    var sink = 0f;
    for (var round = 0; round < 200; round++) {
      var start = System.nanoTime();
      sink += kernels.multiplyAdd(ITERATIONS);
      best = Math.min(best, System.nanoTime() - start);
    }
    if (Float.isNaN(sink)) {
      throw new AssertionError("the peak loop computed nothing");
    }
    return (double) ITERATIONS * kernels.multiplyAddOperations() / best;
  }
}
