package org.espalier.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  @Test
  void constantStaysTheSame() {
    assertThat(new LearningRate.Constant(0.1).at(1_000_000)).isEqualTo(0.1);
  }

  @Test
  void stepsChangeAtTheirMilestones() {
    var rate = new LearningRate.Steps(0.8, List.of(10L, 20L), 0.5);

    assertThat(rate.at(9)).isEqualTo(0.8);
    assertThat(rate.at(10)).isEqualTo(0.4);
    assertThat(rate.at(19)).isEqualTo(0.4);
    assertThat(rate.at(20)).isEqualTo(0.2);
  }

  @Test
  void cosineFallsFromFirstToLastRate() {
    var rate = new LearningRate.Cosine(0.5, 0.1, 100);

    assertThat(rate.at(0)).isEqualTo(0.5);
    assertThat(rate.at(50)).isCloseTo(0.3, within(1e-12));
    assertThat(rate.at(100)).isEqualTo(0.1);
    assertThat(rate.at(5_000)).isEqualTo(0.1);
    assertThat(rate.at(25)).isCloseTo(0.1 + 0.2 * (1 + Math.sqrt(0.5)), within(1e-12));
  }

  @Test
  void warmUpReachesTheFullRateAtItsLastStep() {
    var rate = new LearningRate.WarmUp(4, new LearningRate.Constant(0.8));

    assertThat(rate.at(0)).isEqualTo(0.2);
    assertThat(rate.at(1)).isEqualTo(0.4);
    assertThat(rate.at(3)).isEqualTo(0.8);
    assertThat(rate.at(4)).isEqualTo(0.8);
  }

  @Test
  void warmUpScalesTheScheduleUnderIt() {
    var rate = new LearningRate.WarmUp(4, new LearningRate.Steps(0.8, List.of(2L), 0.5));

    assertThat(rate.at(1)).isEqualTo(0.4);
    assertThat(rate.at(2)).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> new LearningRate.Constant(-0.1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("learning rate -0.1");
    assertThatThrownBy(() -> new LearningRate.Constant(Double.NaN))
        .hasMessageContaining("learning rate NaN");
    assertThatThrownBy(() -> new LearningRate.Steps(0.1, List.of(5L, 5L), 0.1))
        .hasMessageContaining("milestones [5, 5]");
    assertThatThrownBy(() -> new LearningRate.Cosine(0.1, 0, 0))
        .hasMessageContaining("cosine of 0 steps");
  }
}
