package org.espalier.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * Anonymous memory in huge pages: {@code mmap}, then {@code madvise} before the first touch. Linux
 * only, and only a wish: the system may answer with ordinary pages, this class with nothing.
 */
final class HugePages {
  static final long SIZE = 2 << 20;

  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_AND_ANONYMOUS = 0x22;
  private static final int HUGE_PAGE = 14;
  private static final Optional<Calls> CALLS = calls();

  private record Calls(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {}

  private HugePages() {}

  /** Zeroed memory aligned to huge pages, unmapped with the arena; empty where impossible. */
  @SuppressWarnings("restricted")
  static Optional<MemorySegment> map(long bytes, Arena arena) {
    if (CALLS.isEmpty()) {
      return Optional.empty();
    }
    var calls = CALLS.get();
    var mapped = Math.addExact(bytes, SIZE);
    try {
      var address =
          (long) calls.mmap.invokeExact(0L, mapped, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
      if (address == -1) {
        return Optional.empty();
      }
      var start = (address + SIZE - 1) & -SIZE;
      var _ = (int) calls.madvise.invokeExact(start, bytes, HUGE_PAGE);
      return Optional.of(
          MemorySegment.ofAddress(start)
              .reinterpret(bytes, arena, segment -> unmap(calls, address, mapped)));
    } catch (Throwable failure) {
      throw new IllegalStateException("mmap could not be called", failure);
    }
  }

  private static void unmap(Calls calls, long address, long bytes) {
    try {
      var _ = (int) calls.munmap.invokeExact(address, bytes);
    } catch (Throwable failure) {
      throw new IllegalStateException("munmap could not be called", failure);
    }
  }

  private static Optional<Calls> calls() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
      return Optional.empty();
    }
    var address = ValueLayout.JAVA_LONG;
    var number = ValueLayout.JAVA_INT;
    try {
      return Optional.of(
          new Calls(
              call(
                  "mmap",
                  FunctionDescriptor.of(
                      address, address, address, number, number, number, address)),
              call("munmap", FunctionDescriptor.of(number, address, address)),
              call("madvise", FunctionDescriptor.of(number, address, address, number))));
    } catch (RuntimeException missing) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, FunctionDescriptor type) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
