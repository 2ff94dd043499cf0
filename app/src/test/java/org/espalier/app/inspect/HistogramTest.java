package org.espalier.app.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void everyFiniteValueStandsInOneBinFromTheSmallestToTheLargest() {
    var histogram =
        Histogram.of(new float[] {-2, 2, 2, 1.9f, Float.NaN, Float.POSITIVE_INFINITY, -2, 0});

    assertThat(histogram.low()).isEqualTo(-2);
    assertThat(histogram.high()).isEqualTo(2);
    assertThat(histogram.counts().getFirst()).isEqualTo(2);
    assertThat(histogram.counts().getLast()).isEqualTo(3);
    assertThat(histogram.counts().get(16)).isEqualTo(1);
    assertThat(histogram.counts().stream().mapToLong(it -> it).sum()).isEqualTo(6);
    assertThat(histogram.notFinite()).isEqualTo(2);
    assertThat(histogram.mean()).isCloseTo(1.9 / 6, within(1e-6));
  }

  @Test
  void aBinThatIsNotEmptyIsSeenBesideTheHighest() {
    var values = new float[1001];
    values[0] = 1;

    assertThat(Histogram.of(values).blocks()).startsWith("█ ").endsWith(" ▁").hasSize(32);
  }

  @Test
  void equalValuesStandInTheMiddleAndNoneInNone() {
    assertThat(Histogram.of(new float[] {3, 3}).counts().get(16)).isEqualTo(2);
    assertThat(Histogram.of(new float[0]).counts()).isEqualTo(Collections.emptyList());
    assertThat(Histogram.of(new float[0]).blocks()).isEmpty();
  }
}
