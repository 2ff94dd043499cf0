package org.espalier.engine.kernels;

import java.util.stream.Stream;

/**
 * The kernels that tests run on: every width of this machine and the scalar twin of each layout.
 */
final class TestedKernels {
  private TestedKernels() {}

  static Stream<Kernels> all() {
    var scalar = Stream.of(16, 8, 4).map(ScalarKernels::new);
    return Stream.concat(KernelChoice.available().stream(), scalar).map(Kernels::checked);
  }

  /** Bytes of one vector. */
  static long vector(Kernels kernels) {
    return 4L * kernels.lanes();
  }
}
