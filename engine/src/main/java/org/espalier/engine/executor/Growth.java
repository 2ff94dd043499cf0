package org.espalier.engine.executor;

import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.LargestGradients;
import org.espalier.engine.parameter.Topology;

/**
 * Streams the dense gradient of a sparse parameter, strip by strip, into the largest among its
 * absent weights (Evci et al. 2020, growth); memory is one strip per thread, never the whole
 * gradient.
 */
final class Growth {
  /** Whole rows of blocks, whatever the block. */
  private static final int STRIP_ROWS = Block.MOST;

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

  /** The largest gradients among the absent blocks of {@code topology} for the current batch. */
  AbsentGradients largest(Topology topology, AbsentGradients.Wanted wanted) {
    var blocks = BlockTopology.of(spec, topology, wanted.block());
    var threads = pass.threads();
    var collectors = new LargestGradients[threads];
    pass.run(
        Long.MAX_VALUE,
        threads,
        thread -> collectors[thread] = collect(blocks, wanted.count(), thread, threads));
    // What is kept does not depend on how strips were shared out.
    for (var thread = 1; thread < threads; thread++) {
      collectors[0].merge(collectors[thread]);
    }
    return collectors[0].result();
  }

  private LargestGradients collect(BlockTopology blocks, int count, int thread, int threads) {
    var columns = spec.columns();
    var strip = new float[STRIP_ROWS * columns];
    var sums = new float[blocks.grid().columns()];
    var largest = new LargestGradients(spec.name(), count);
    // No strip crosses from one group to the next: their columns mean other channels.
    var perGroup = Math.ceilDiv(outputsPerGroup, STRIP_ROWS);
    for (var index = thread; index < perGroup * spec.groups(); index += threads) {
      var group = index / perGroup;
      var r0 = group * outputsPerGroup + index % perGroup * STRIP_ROWS;
      var r1 = Math.min(r0 + STRIP_ROWS, (group + 1) * outputsPerGroup);
      var k0 = group * columns;
      gradient.compute(pass, r0, r1, k0, k0 + columns, strip, 0, columns);
      blocks.offer(r0, r1, strip, sums, largest);
    }
    return largest;
  }
}
