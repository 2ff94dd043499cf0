package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedTimingTest {

  @Test
  void pairsAlternateInOrderAfterWarmUp() {
    var calls = new ArrayList<String>();

    var result = PairedTiming.compare(() -> calls.add("a"), () -> calls.add("b"), 2, 0);

    assertThat(result.pairs()).isEqualTo(7);
    // Two warm-up pairs and the one that estimates how many pairs there is time for.
    assertThat(calls.subList(6, 14)).containsExactly("a", "b", "b", "a", "a", "b", "b", "a");
    assertThat(calls).hasSize(2 * (2 + 1 + 7));
  }

  @Test
  void intervalHoldsTheMedianRatio() {
    var result = PairedTiming.compare(() -> {}, () -> {}, 0, 0.001);

    assertThat(result.ratio()).isBetween(result.ratioLow(), result.ratioHigh());
  }

  @ParameterizedTest
  @CsvSource({"300, 1", "25, 1", "24.9, 2", "1, 25", "0.01, 50"})
  void shortRunsShareATurn(double runMs, int runs) {
    assertThat(PairedTiming.runs(runMs)).isEqualTo(runs);
  }

  @Test
  void aTurnIsAsManyStepsAfterOneThatIsNotTimed() {
    var steps = new AtomicInteger();

    var _ = PairedTiming.turn(steps::incrementAndGet, 7).getAsDouble();

    assertThat(steps).hasValue(8);
  }
}
