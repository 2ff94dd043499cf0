package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.espalier.engine.training.EpochSummary;
import org.junit.jupiter.api.Test;

class CheckpointIntervalTest {
  private static Optional<EpochSummary> ended(long epoch) {
    return Optional.of(new EpochSummary(epoch, 10 * epoch, 100, 1, 0.5));
  }

  @Test
  void epochsEndWithTheirStepsWhateverBatchesRewiringUsed() {
    var everyOther = CheckpointInterval.parse("2ep");

    assertThat(everyOther.due(23, ended(2), 0)).isTrue();
    assertThat(everyOther.due(20, Optional.empty(), 0)).isFalse();
    assertThat(everyOther.due(11, ended(1), 0)).isFalse();
  }

  @Test
  void batchesAreCountedWhateverTheEpoch() {
    var interval = CheckpointInterval.parse("5it");

    assertThat(interval.due(10, Optional.empty(), 0)).isTrue();
    assertThat(interval.due(11, ended(1), 0)).isFalse();
  }

  @Test
  void minutesAreThoseSinceTheLastCheckpoint() {
    var interval = CheckpointInterval.parse("2min");

    assertThat(interval.due(1, Optional.empty(), 119)).isFalse();
    assertThat(interval.due(1, Optional.empty(), 120)).isTrue();
  }
}
