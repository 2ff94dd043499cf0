package org.espalier.engine.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentSkipListMap;

/** The buffers that exist, by address: what lets checked kernels refuse a foreign address. */
public final class LiveMemory {
  private static final ConcurrentSkipListMap<Long, MemorySegment> BUFFERS =
      new ConcurrentSkipListMap<>();

  private LiveMemory() {}

  static void add(MemorySegment buffer) {
    BUFFERS.put(buffer.address(), buffer);
  }

  static void removeClosed() {
    BUFFERS.values().removeIf(buffer -> !buffer.scope().isAlive());
  }

  /** Whether all of {@code bytes} from {@code address} on lie in one living buffer. */
  public static boolean contains(long address, long bytes) {
    var entry = BUFFERS.floorEntry(address);
    if (entry == null) {
      return false;
    }
    var buffer = entry.getValue();
    return buffer.scope().isAlive()
        && bytes >= 0
        && address - buffer.address() <= buffer.byteSize() - bytes;
  }
}
