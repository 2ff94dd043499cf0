package org.espalier.engine.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskRunsOnceInEveryRun(int threads) {
    try (var pool = new WorkerPool(threads)) {
      var counts = new AtomicIntegerArray(37);
      for (var run = 0; run < 10_000; run++) {
        pool.run(run % 38, counts::incrementAndGet);
      }
      for (var task = 0; task < 37; task++) {
        var expected = 0;
        for (var run = 0; run < 10_000; run++) {
          expected += run % 38 > task ? 1 : 0;
        }
        assertThat(counts.get(task)).as("task %d", task).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatTasksWroteIsVisibleToTheCaller() {
    try (var pool = new WorkerPool(4)) {
      var written = new int[101];
      for (var run = 1; run <= 2_000; run++) {
        var number = run;
        pool.run(written.length, task -> written[task] = number);
        for (var value : written) {
          assertThat(value).isEqualTo(number);
        }
      }
    }
  }

  @Test
  void workersThatFellAsleepJoinAgain() {
    try (var pool = new WorkerPool(2)) {
      for (var run = 0; run < 5; run++) {
        LockSupport.parkNanos(20_000_000);
        // Both threads must be inside a task at once for this run to end.
        var inside = new AtomicInteger();
        pool.run(
            2,
            task -> {
              inside.incrementAndGet();
              while (inside.get() < 2) {
                Thread.onSpinWait();
              }
            });
        assertThat(inside).hasValue(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatATaskThrowsReachesTheCaller(int threads) {
    try (var pool = new WorkerPool(threads)) {
      for (var run = 0; run < 200; run++) {
        assertThatThrownBy(
                () ->
                    pool.run(
                        50,
                        task -> {
                          if (task == 31) {
                            throw new IllegalArgumentException("task " + task);
                          }
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("task 31");
      }
      var ran = new AtomicInteger();
      pool.run(50, task -> ran.incrementAndGet());
      assertThat(ran).hasValue(50);
    }
  }

  @Test
  void errorsReachTheCallerAsTheyAre() {
    try (var pool = new WorkerPool(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      2,
                      task -> {
                        throw new AssertionError("broken");
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessage("broken");
    }
  }

  @Test
  void runsInsideARunAreRefused() {
    try (var pool = new WorkerPool(2)) {
      assertThatThrownBy(() -> pool.run(2, task -> pool.run(2, inner -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("busy");
    }
  }

  @Test
  void closedPoolsRefuseRunsAndEndTheirThreads() {
    var pool = new WorkerPool(3);
    pool.run(3, task -> {});
    pool.close();
    pool.close();
    assertThatThrownBy(() -> pool.run(1, task -> {})).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void poolsWithoutThreadsAreRefused() {
    assertThatThrownBy(() -> new WorkerPool(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least 1");
  }
}
