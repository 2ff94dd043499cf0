package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmupTest {
  private static final double PATIENCE = 15_000;

  @Test
  void goesOnWhileRunsGetFaster() {
    var runs = new AtomicInteger();

    var best =
        Warmup.steady(() -> runs.incrementAndGet() < 30 ? 200 - 6 * runs.get() : 10, PATIENCE);

    assertThat(best).isEqualTo(10);
    assertThat(runs.get()).isGreaterThan(30);
  }

  @Test
  void endsWhereRunsStayTheSame() {
    var runs = new AtomicInteger();

    Warmup.steady(
        () -> {
          runs.incrementAndGet();
          return 100;
        },
        PATIENCE);

    assertThat(runs).hasValue(3 * 6); // three blocks of 0.6 seconds
  }

  @Test
  void givesUpOnWhatNeverSettles() {
    var next = new AtomicInteger();

    Warmup.steady(() -> 1000.0 / next.incrementAndGet() + 1, PATIENCE);

    assertThat(next).hasValueLessThan(15_000);
  }
}
