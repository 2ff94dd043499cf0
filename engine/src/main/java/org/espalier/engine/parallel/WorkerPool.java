package org.espalier.engine.parallel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that work through numbered tasks together with their caller.
 *
 * <p>A step is a few hundred runs of some ten microseconds each, so a run allocates nothing and
 * wakes a thread only when that thread went to sleep: workers first spin for the next run, then
 * park. Tasks are handed out in order, one at a time, to whoever is free; which thread gets which
 * is left to chance, so a result is the same for any number of threads only if every task owns what
 * it writes.
 *
 * <p>A worker takes part in a run by raising a count while the run is open, and a run is over when
 * it is closed and the count is back at zero. So nobody waits for a worker that is still waking up,
 * and no worker meets a run that is over.
 *
 * <p>One thread at a time may call {@link #run}, and not from inside a task.
 */
public final class WorkerPool implements AutoCloseable {

  /** One piece of work, by its number. */
  @FunctionalInterface
  public interface Task {
    void run(int task);
  }

  private static final int SPINS = 4_000; // some 50 to 100 microseconds
  private static final long OPEN = 1L << 31;
  private static final int RUN_SHIFT = 32; // the number of the run stands above, workers below OPEN
  private static final long WORKING = OPEN - 1;
  private static final Task NOTHING = task -> {};

  private final Thread[] workers;
  private final AtomicLong state = new AtomicLong();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger sleeping = new AtomicInteger();
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Thread sleepingCaller;
  private volatile boolean closed;
  private int tasks; // of the open run; published by state
  private Task task = NOTHING;

  /** A pool of {@code threads} threads, the caller of {@link #run} among them. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads: expected at least 1");
    }
    workers = new Thread[threads - 1];
    for (var i = 0; i < workers.length; i++) {
      var name = "espalier-worker-" + (i + 1);
      workers[i] = Thread.ofPlatform().daemon().name(name).unstarted(this::live);
    }
    for (var worker : workers) {
      worker.start();
    }
  }

  /**
   * Runs tasks 0 to {@code tasks - 1}, each once, and returns when all are done. What a task throws
   * is thrown here; tasks not yet begun are then left out.
   */
  public void run(int tasks, Task task) {
    if (closed || !running.compareAndSet(false, true)) {
      throw new IllegalStateException(
          closed ? "this pool is closed" : "this pool is busy with another run");
    }
    try {
      this.task = task;
      this.tasks = tasks;
      next.set(0);
      if (tasks > 1 && workers.length > 0) {
        share();
      } else {
        work();
      }
    } finally {
      this.task = NOTHING;
      running.set(false);
    }
    rethrow(failure.getAndSet(null));
  }

  private void share() {
    var run = (state.get() >>> RUN_SHIFT) + 1;
    state.set(run << RUN_SHIFT | OPEN);
    if (sleeping.get() > 0) {
      wakeAll();
    }
    work();
    state.addAndGet(-OPEN);
    for (var spins = 0; (state.get() & WORKING) != 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        // Set before the last look, as leave() lowers the count before it looks here.
        sleepingCaller = Thread.currentThread();
        if ((state.get() & WORKING) != 0) {
          LockSupport.park(this);
        }
        sleepingCaller = null;
      }
    }
  }

  private void work() {
    try {
      for (var i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        task.run(i);
      }
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
      next.set(tasks);
    }
  }

  private static void rethrow(@Nullable Throwable thrown) {
    switch (thrown) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new IllegalStateException(thrown);
    }
  }

  /** The life of a worker: joins every run it sees open, once. */
  private void live() {
    var joined = 0L;
    var spins = 0;
    while (!closed) {
      var seen = state.get();
      if (!joinable(seen, joined)) {
        if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          sleep(joined);
        }
      } else if (state.compareAndSet(seen, seen + 1)) {
        joined = seen >>> RUN_SHIFT;
        spins = 0;
        work();
        leave();
      }
    }
  }

  private static boolean joinable(long state, long joined) {
    return (state & OPEN) != 0 && state >>> RUN_SHIFT != joined;
  }

  private void sleep(long joined) {
    // Counted before the last look, as share() opens a run before it looks at the count.
    sleeping.incrementAndGet();
    if (!closed && !joinable(state.get(), joined)) {
      LockSupport.park(this);
    }
    sleeping.decrementAndGet();
  }

  private void leave() {
    if ((state.decrementAndGet() & (OPEN | WORKING)) == 0) {
      LockSupport.unpark(sleepingCaller);
    }
  }

  private void wakeAll() {
    for (var worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** Ends the workers; a run under way is finished first by those who are in it. */
  @Override
  public void close() {
    closed = true;
    wakeAll();
    for (var worker : workers) {
      try {
        worker.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
