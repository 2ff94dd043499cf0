package org.espalier.engine.executor;

import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Topology;

/**
 * Streams the dense gradient of a sparse parameter, strip by strip, into the largest among its
 * absent weights (Evci et al. 2020, growth); memory is one strip per thread, never the whole
 * gradient.
 */
final class Growth {
  private static final int STRIP_ROWS = 4;

  private final ParameterSpec spec;
  private final int outputsPerGroup;
  private final DenseGradient gradient;
  private final Pass pass;

  Growth(ProductGeometry geometry, DenseGradient gradient, Pass pass) {
    this.spec = geometry.weight();
    this.outputsPerGroup = geometry.outputsPerGroup();
    this.gradient = gradient;
    this.pass = pass;
  }

  /** The {@code count} largest gradients among absent weights for the current batch. */
  AbsentGradients largest(Topology topology, int count) {
    var threads = pass.threads();
    var collectors = new LargestGradients[threads];
    pass.run(
        Long.MAX_VALUE,
        threads,
        thread -> collectors[thread] = collect(topology, count, thread, threads));
    // What is kept does not depend on how strips were shared out.
    for (var thread = 1; thread < threads; thread++) {
      collectors[0].merge(collectors[thread]);
    }
    return collectors[0].result();
  }

  private LargestGradients collect(Topology topology, int count, int thread, int threads) {
    var columns = spec.columns();
    var strip = new float[STRIP_ROWS * columns];
    var largest = new LargestGradients(spec.name(), count);
    // No strip crosses from one group to the next: their columns mean other channels.
    var perGroup = Math.ceilDiv(outputsPerGroup, STRIP_ROWS);
    for (var index = thread; index < perGroup * spec.groups(); index += threads) {
      var group = index / perGroup;
      var r0 = group * outputsPerGroup + index % perGroup * STRIP_ROWS;
      var r1 = Math.min(r0 + STRIP_ROWS, (group + 1) * outputsPerGroup);
      var k0 = group * columns;
      gradient.compute(pass, r0, r1, k0, k0 + columns, strip, 0, columns);
      for (var r = r0; r < r1; r++) {
        largest.offerRow(topology, r, 0, columns, strip, (r - r0) * columns);
      }
    }
    return largest;
  }
}
