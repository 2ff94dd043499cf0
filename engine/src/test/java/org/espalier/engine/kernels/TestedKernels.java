package org.espalier.engine.kernels;

import java.util.stream.Stream;

/**
 * The kernels that tests run on: every width of this machine, the scalar twin of each layout, and
 * those for one sample in both roundings.
 */
final class TestedKernels {
  private TestedKernels() {}

  static Stream<Kernels> all() {
    var scalar = Stream.of(16, 8, 4, 1).map(ScalarKernels::new);
    var fused = Stream.of(4, 1).map(lanes -> new ScalarKernels(lanes, true));
    return Stream.of(KernelChoice.available().stream(), scalar, fused)
        .flatMap(kernels -> kernels)
        .map(Kernels::checked);
  }

  /** Bytes of one vector. */
  static long vector(Kernels kernels) {
    return 4L * kernels.lanes();
  }
}
