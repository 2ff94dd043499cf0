package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassTest {
  private static final int THREADS = 3;

  private final SharedTasks shared = new SharedTasks();

  /** How often each of the tasks runs. */
  private AtomicIntegerArray run(long operations, int tasks) {
    var counts = new AtomicIntegerArray(tasks);
    try (var pool = new WorkerPool(THREADS)) {
      var pass = new Pass(Kernels.best(), pool, THREADS, shared, Tuning.NONE);
      pass.trace("node", Tracer.Part.FORWARD);
      pass.run(operations, tasks, counts::incrementAndGet);
    }
    return counts;
  }

  private int handedOut() {
    return shared.of("node", Tracer.Part.FORWARD);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 100",
    "200000, 1",
    "200000, 2",
    "200000, 100000",
    "262144, 1021",
    "9223372036854775807, 7"
  })
  void everyTaskRunsOnce(long operations, int tasks) {
    var counts = run(operations, tasks);

    for (var task = 0; task < tasks; task++) {
      assertThat(counts.get(task)).as("task %d", task).isEqualTo(1);
    }
  }

  @Test
  void smallTasksAreHandedOutTogether() {
    run(300_000, 1_000);

    assertThat(handedOut()).isBetween(4 * THREADS, 50);
  }

  @Test
  void largeTasksAreHandedOutOneByOne() {
    run(100_000_000, 1_000);

    assertThat(handedOut()).isEqualTo(1_000);
  }

  @Test
  void elementsOfMemoryWeighMoreThanOperations() {
    try (var pool = new WorkerPool(THREADS)) {
      var pass = new Pass(Kernels.best(), pool, THREADS, shared, Tuning.NONE);
      pass.trace("node", Tracer.Part.FORWARD);

      pass.run(50_000, 20, task -> {});
      assertThat(handedOut()).isZero();

      pass.sweep(50_000, 20, task -> {});
      assertThat(handedOut()).isPositive();
    }
  }

  @Test
  void tooLittleWorkIsNotHandedOut() {
    run(100, 100);

    assertThat(handedOut()).isZero();
  }
}
