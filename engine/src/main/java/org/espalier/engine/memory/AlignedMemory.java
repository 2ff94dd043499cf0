package org.espalier.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Zeroed off-heap buffers that live and die together.
 *
 * <p>Every buffer starts on a cache line; one of at least a page starts on a page; one of at least
 * a huge page (2 MiB) starts on such a page and asks the system to use them, because a tile of a
 * few hundred kilobytes otherwise needs more address translations than the processor caches. Where
 * the system has no such call the buffers are ordinary ones.
 *
 * <p>Allocate when a plan is made, not while it runs: closing interrupts every thread for a moment.
 */
public final class AlignedMemory implements AutoCloseable {
  private static final long CACHE_LINE = 64;
  private static final long PAGE = 4096;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong bytes = new AtomicLong();

  /** A buffer of {@code bytes} zeroes, valid until this memory is closed. */
  public MemorySegment allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a buffer of " + bytes + " bytes: expected 0 or more");
    }
    var buffer = buffer(bytes);
    this.bytes.addAndGet(bytes);
    LiveMemory.add(buffer);
    return buffer;
  }

  private MemorySegment buffer(long bytes) {
    if (bytes >= HugePages.SIZE) {
      var mapped = HugePages.map(bytes, arena);
      if (mapped.isPresent()) {
        return mapped.get();
      }
    }
    return arena.allocate(Math.max(bytes, 1), bytes >= PAGE ? PAGE : CACHE_LINE).asSlice(0, bytes);
  }

  /** Bytes allocated so far. */
  public long bytes() {
    return bytes.get();
  }

  /** Frees all buffers; touching one afterwards, by segment or by address, is an error. */
  @Override
  public void close() {
    arena.close();
    LiveMemory.removeClosed();
  }
}
