package org.espalier.engine.kernels;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/** What the processor offers. Loaded only once the Vector API module is known to be present. */
final class VectorWidths {
  private VectorWidths() {}

  /** Kernels of every width the processor has, the one it prefers first. */
  static List<Kernels> kernels() {
    var preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return List.<Kernels>of(new Kernels512(), new Kernels256(), new Kernels128()).stream()
        .filter(kernels -> kernels.lanes() * Float.SIZE <= preferred)
        .toList();
  }
}
