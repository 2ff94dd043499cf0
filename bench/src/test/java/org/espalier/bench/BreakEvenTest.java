package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.espalier.bench.BreakEven.Bound;
import org.espalier.bench.BreakEven.Point;
import org.junit.jupiter.api.Test;

class BreakEvenTest {

  @Test
  void liesWhereTimesThatFollowTheDensityAreEqual() {
    // Three times as slow per weight: equal at a third of the weights.
    var points = List.of(point(0.5), point(0.8), point(0.9));

    var breakEven = BreakEven.of(points);

    assertThat(breakEven.bound()).isEqualTo(Bound.WITHIN);
    assertThat(breakEven.sparsity()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(breakEven).hasToString("66.7 %");
  }

  private static Point point(double sparsity) {
    return new Point(sparsity, 1 / (3 * (1 - sparsity)));
  }

  @Test
  void liesBelowWhenSparseWinsEverywhere() {
    var breakEven = BreakEven.of(List.of(new Point(0.5, 1.0), new Point(0.9, 4)));

    assertThat(breakEven).isEqualTo(new BreakEven(0.5, Bound.BELOW)).hasToString("< 50 %");
  }

  @Test
  void liesAboveWhenDenseWinsToTheEnd() {
    var breakEven = BreakEven.of(List.of(new Point(0.5, 2), new Point(0.98, 0.9)));

    assertThat(breakEven).isEqualTo(new BreakEven(0.98, Bound.ABOVE)).hasToString("> 98 %");
  }

  @Test
  void theLastCrossingCounts() {
    var points = List.of(new Point(0.5, 1.1), new Point(0.8, 0.5), new Point(0.9, 2));

    assertThat(BreakEven.of(points).sparsity()).isBetween(0.8, 0.9);
  }
}
