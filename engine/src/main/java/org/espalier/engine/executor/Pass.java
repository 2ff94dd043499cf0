package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Network;
import org.espalier.engine.parallel.WorkerPool;

/** What every operation of an executor shares: the tools, and what the current pass is about. */
final class Pass {
  /** Floating-point operations below which waking the workers costs more than it saves. */
  private static final long SERIAL_WORK = 200_000;

  /**
   * Operations below which asking for a task costs threads more than doing it: they contend for the
   * count of tasks, and for the cache lines that neighbours write to.
   */
  private static final long SHARED_WORK = 50_000;

  private static final long OPERATIONS_PER_ELEMENT = 8; // that comes from memory and goes there

  private static final int CHUNKS_PER_THREAD = 4; // at least, so that threads end together

  private final Kernels kernels;
  private final WorkerPool pool;
  private final int threads;
  private final Tracer tracer;
  private final Tuning tuning;
  private final WorkerPool.Task chunk = this::runChunk;
  private WorkerPool.Task task = number -> {};
  private int tasks;
  private int chunkSize;
  private int size;
  private Executor.Mode mode = Executor.Mode.INFERENCE;
  private long iteration;
  private String node = Network.INPUT;

  Pass(Kernels kernels, WorkerPool pool, int threads, Tracer tracer, Tuning tuning) {
    this.kernels = kernels;
    this.pool = pool;
    this.threads = threads;
    this.tracer = tracer;
    this.tuning = tuning;
  }

  void begin(int size, Executor.Mode mode, long iteration) {
    this.size = size;
    this.mode = mode;
    this.iteration = iteration;
  }

  Kernels kernels() {
    return kernels;
  }

  int threads() {
    return threads;
  }

  Tuning tuning() {
    return tuning;
  }

  /** A part of the step begins. */
  void trace(String node, Tracer.Part part) {
    this.node = node;
    tracer.begin(node, part);
  }

  /** A part of the step begins, of the same node as the one before. */
  void trace(Tracer.Part part) {
    tracer.begin(node, part);
  }

  /** Samples in the current batch. */
  int size() {
    return size;
  }

  boolean training() {
    return mode == Executor.Mode.TRAINING;
  }

  long iteration() {
    return iteration;
  }

  /**
   * Runs tasks 0 to {@code tasks}−1, on all threads if there is enough to do, neighbouring small
   * ones by the same.
   */
  void run(long operations, int tasks, WorkerPool.Task task) {
    if (tasks == 1 || operations < SERIAL_WORK) {
      for (var i = 0; i < tasks; i++) {
        task.run(i);
      }
      return;
    }
    this.task = task;
    this.tasks = tasks;
    chunkSize = chunkSize(operations, tasks);
    pool.run(Math.ceilDiv(tasks, chunkSize), tracer.shared(chunk));
  }

  /** Runs tasks that do next to nothing with each of so many elements but load and store them. */
  void sweep(long elements, int tasks, WorkerPool.Task task) {
    run(OPERATIONS_PER_ELEMENT * elements, tasks, task);
  }

  private int chunkSize(long operations, int tasks) {
    var worthwhile = SHARED_WORK / Math.max(1, operations / tasks);
    return (int) Math.clamp(tasks / (CHUNKS_PER_THREAD * threads), 1, Math.max(1, worthwhile));
  }

  private void runChunk(int number) {
    var first = number * chunkSize;
    var end = Math.min(tasks, first + chunkSize);
    for (var i = first; i < end; i++) {
      task.run(i);
    }
  }

  /** Turns a plane of the gradient behind a ReLU, which wrote {@code y}, into the one before it. */
  void reluBackward(Tensor y, Tensor dy, int group, int channel) {
    var gradient = dy.at(group, channel);
    kernels.reluBackward(
        y.runs(size),
        y.rowLength(),
        false,
        y.at(group, channel),
        y.runBytes(),
        gradient,
        dy.runBytes(),
        gradient,
        dy.runBytes());
  }

  /**
   * Zeroes the lanes of channels {@code c0} to {@code c1} that hold no sample. Sums over a batch
   * rely on it: a bias or a shift would otherwise fill them.
   */
  void clearDeadLanes(Tensor tensor, int c0, int c1) {
    var groups = tensor.groups(size);
    var live = size - (groups - 1) * tensor.lanes();
    if (live == tensor.lanes()) {
      return;
    }
    var vector = kernels.lanes();
    var shape = tensor.shape();
    for (var channel = c0; channel < c1; channel++) {
      var at = tensor.at(groups - 1, channel);
      if (tensor.lanes() == vector) {
        kernels.clearLanes(shape.height(), tensor.rowLength(), live, at, tensor.rowBytes());
        continue;
      }
      for (var first = 0; first < tensor.lanes(); first += vector) {
        var liveHere = Math.clamp(live - first, 0, vector);
        if (liveHere < vector) {
          kernels.clearLanes(1, vector, liveHere, at + 4L * first, tensor.rowBytes());
        }
      }
    }
  }
}
