package org.espalier.formats.runtime;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lends each {@link Caller} to one thread at a time; threads beyond their number wait in order. */
final class Callers implements AutoCloseable {
  private final Supplier<Caller> maker;
  private final int most;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Caller> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /** At most {@code most} of them, made when there is no idle one. */
  Callers(int most, Supplier<Caller> maker) {
    this.maker = maker;
    this.most = most;
    this.free = new Semaphore(most, true);
  }

  /** Computes with one that nobody else has meanwhile. */
  <T> T lend(Function<Caller, T> use) {
    free.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("this predictor is closed");
      }
      var idling = idle.pollFirst();
      var caller = idling == null ? maker.get() : idling;
      try {
        return use.apply(caller);
      } finally {
        idle.addFirst(caller); // the last one used is the one whose memory is in the caches
      }
    } finally {
      free.release();
    }
  }

  /** Waits for those that are lent; who asks afterwards gets an error. */
  @Override
  public void close() {
    closed = true;
    free.acquireUninterruptibly(most);
    try {
      for (var caller = idle.pollFirst(); caller != null; caller = idle.pollFirst()) {
        caller.close();
      }
    } finally {
      free.release(most);
    }
  }
}
