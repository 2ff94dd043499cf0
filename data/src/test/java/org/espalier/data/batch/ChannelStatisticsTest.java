package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;
import org.junit.jupiter.api.Test;

class ChannelStatisticsTest {
  private static final Shape SHAPE = new Shape(2, 1, 2);
  private static final Split SPLIT =
      new Split(
          new Samples.Floats(new float[][] {{1, 2, 1000, 1000}, {3, 4, 1000, 1004}}, 4),
          new int[2]);

  @Test
  void statisticsAreThoseOfEachChannel() {
    var measured = ChannelStatistics.measured(SPLIT, SHAPE);
    assertThat(measured.mean(0)).isEqualTo(2.5f);
    assertThat(measured.deviation(0)).isCloseTo((float) Math.sqrt(1.25), within(1e-6f));
    assertThat(measured.mean(1)).isEqualTo(1001);
    assertThat(measured.deviation(1)).isCloseTo((float) Math.sqrt(3), within(1e-6f));
  }

  @Test
  void normalisedChannelsHaveMeanZeroAndDeviationOne() {
    var measured = ChannelStatistics.measured(SPLIT, SHAPE);
    var sum = new double[2];
    var squares = new double[2];
    var values = new float[4];
    for (var i = 0; i < 2; i++) {
      SPLIT.copy(i, values, 0);
      measured.apply(values, 0, 2);
      for (var p = 0; p < 4; p++) {
        sum[p / 2] += values[p];
        squares[p / 2] += values[p] * values[p];
      }
    }
    assertThat(sum[0]).isCloseTo(0, within(1e-4));
    assertThat(sum[1]).isCloseTo(0, within(1e-3));
    assertThat(squares[0] / 4).isCloseTo(1, within(1e-4));
    assertThat(squares[1] / 4).isCloseTo(1, within(1e-3));
  }

  @Test
  void constantChannelBecomesZero() {
    var split = new Split(new Samples.Floats(new float[][] {{7}, {7}}, 1), new int[2]);
    var values = new float[] {7};
    ChannelStatistics.measured(split, Shape.features(1)).apply(values, 0, 1);
    assertThat(values[0]).isZero();
  }

  @Test
  void zeroDeviationIsRefused() {
    assertThatThrownBy(() -> Normalisation.of(new float[] {0}, new float[] {0}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("channel 0 by mean 0.0 and deviation 0.0");
  }
}
