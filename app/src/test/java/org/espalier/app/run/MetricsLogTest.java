package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void threeEpochs() {
    file = folder.resolve("metrics.jsonl");
    try (var log = MetricsLog.continuing(file, 0)) {
      for (var epoch = 1; epoch <= 3; epoch++) {
        log.append(epoch(epoch));
      }
    }
  }

  private static EpochMetrics epoch(int number) {
    return new EpochMetrics(number, 10L * number, Map.of("train_loss", 1.0 / number));
  }

  @Test
  void epochsComeBackAsTheyWereWritten() {
    assertThat(MetricsLog.read(file)).containsExactly(epoch(1), epoch(2), epoch(3));
  }

  @Test
  void aResumedRunCutsBackToItsCheckpoint() {
    try (var log = MetricsLog.continuing(file, 2)) {
      assertThat(log.epochs()).containsExactly(epoch(1), epoch(2));
      log.append(epoch(3));
    }
    assertThat(MetricsLog.read(file)).containsExactly(epoch(1), epoch(2), epoch(3));
  }

  @Test
  void epochsThatAreMissingBeforeTheCheckpointAreTold() throws IOException {
    var before = Files.readString(file);

    assertThatThrownBy(() -> MetricsLog.continuing(file, 4))
        .hasMessage("%s: 3 epochs, expected the 4 that ended before the checkpoint", file);
    assertThat(file).hasContent(before);
  }

  @Test
  void halfALineAtTheEndIsNoEpoch() throws IOException {
    Files.writeString(file, "{\"epoch\":4,\"iter", StandardOpenOption.APPEND);

    assertThat(MetricsLog.read(file)).hasSize(3);
    try (var log = MetricsLog.continuing(file, 3)) {
      log.append(epoch(4));
    }
    assertThat(MetricsLog.read(file)).containsExactly(epoch(1), epoch(2), epoch(3), epoch(4));
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    Files.writeString(file, "{}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> MetricsLog.read(file)).hasMessageContaining("metrics.jsonl, line 4");
  }
}
