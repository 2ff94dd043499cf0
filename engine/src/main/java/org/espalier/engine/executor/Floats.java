package org.espalier.engine.executor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single floats off the heap, where no kernel is worth it: packing inputs, reading logits. */
final class Floats {
  // Addresses come from tensors of this executor alone; a segment per tensor would cost its checks.
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Floats() {}

  static float at(long address) {
    return ALL.get(FLOAT, address);
  }

  static void set(long address, float value) {
    ALL.set(FLOAT, address, value);
  }
}
