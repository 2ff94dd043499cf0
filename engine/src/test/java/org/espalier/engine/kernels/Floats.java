package org.espalier.engine.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.espalier.engine.memory.AlignedMemory;

/** An off-heap array of floats, random or zero, and what was in it at first. */
final class Floats {
  private final MemorySegment memory;
  private final float[] initial;

  private Floats(MemorySegment memory, float[] initial) {
    this.memory = memory;
    this.initial = initial;
    restore();
  }

  /** Puts back what stood there at first. */
  void restore() {
    MemorySegment.copy(initial, 0, memory, ValueLayout.JAVA_FLOAT, 0, initial.length);
  }

  /** Numbers from -1 to 1. */
  static Floats random(AlignedMemory memory, int length, Random random) {
    return new Floats(memory.allocate(4L * length), randomArray(length, random));
  }

  static float[] randomArray(int length, Random random) {
    var values = new float[length];
    for (var i = 0; i < length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return values;
  }

  long address() {
    return memory.address();
  }

  int length() {
    return initial.length;
  }

  /** What stands there now, {@code bytes} from the start. */
  float at(long bytes) {
    return memory.get(ValueLayout.JAVA_FLOAT, bytes);
  }

  /** What stood there at first. */
  double first(long bytes) {
    return initial[Math.toIntExact(bytes / 4)];
  }

  /** What stands there now, as a copy. */
  float[] toArray() {
    return memory.toArray(ValueLayout.JAVA_FLOAT);
  }

  float[] initial() {
    return initial;
  }
}
