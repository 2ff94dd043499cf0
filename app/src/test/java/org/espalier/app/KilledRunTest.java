package org.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program is killed at random moments and resumed: it ends with the same bytes. */
class KilledRunTest {
  private static final long SEED = Long.getLong("espalier.test.seed", 25);
  private static final int EPOCHS = 40;
  private static final int KILLS = 4;

  @TempDir private Path folder;

  @BeforeEach
  void writeSamples() throws IOException {
    var random = new Random(1);
    var lines = new StringBuilder("a,b,c,d,e,f,g,h,label\n");
    for (var sample = 0; sample < 800; sample++) {
      var label = random.nextInt(4);
      for (var feature = 0; feature < 8; feature++) {
        lines.append(random.nextGaussian() + (feature % 4 == label ? 1 : 0)).append(',');
      }
      lines.append("class").append(label).append('\n');
    }
    Files.writeString(folder.resolve("samples.csv"), lines);
  }

  @Test
  void aKilledAndResumedRunEndsWithTheBytesOfOneLeftAlone() throws Exception {
    assertThat(train("whole", 1).waitFor(120, TimeUnit.SECONDS)).isTrue();

    var random = new Random(SEED);
    for (var kill = 0; kill < KILLS; kill++) {
      // Threads may change from process to process: they are not part of the recipe.
      var process = train("killed", 1 + kill % 2);
      awaitEpoch(process, (kill + 1) * EPOCHS / (KILLS + 1));
      Thread.sleep(random.nextInt(25));
      process.destroyForcibly().waitFor();
    }
    var last = train("killed", 2);
    assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();

    assertThat(last.exitValue()).as("seed %d: %s", SEED, said("killed")).isZero();
    assertThat(said("killed")).as("seed %d", SEED).contains("resumed after");
    assertThat(folder.resolve("killed/model.safetensors"))
        .as("seed %d", SEED)
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    assertThat(metrics("killed")).as("seed %d", SEED).isEqualTo(metrics("whole"));
    assertThat(leftovers()).isEmpty();
  }

  private Process train(String run, int threads) throws IOException {
    return ChildProcess.start(
        folder,
        folder.resolve(run + ".log"),
        ("train --data csv:samples.csv --model mlp:24x24 --method rigl --sparsity 0.6 --batch 16"
                + " --epochs "
                + EPOCHS
                + " --threads "
                + threads
                + " --checkpoint 33it"
                + " --set method.every=20it --out "
                + run
                + " --resume")
            .split(" "));
  }

  /** Waits until training has ended an epoch, so that kills are spread over it on any machine. */
  private void awaitEpoch(Process process, int epoch) throws Exception {
    var metrics = folder.resolve("killed/metrics.jsonl");
    var patience = 6000;
    while (process.isAlive() && patience-- > 0) {
      if (Files.exists(metrics) && Files.readAllLines(metrics).size() >= epoch) {
        return;
      }
      Thread.sleep(10);
    }
    assertThat(process.isAlive()).as("seed %d: %s", SEED, said("killed")).isTrue();
  }

  private String said(String run) throws IOException {
    return Files.readString(folder.resolve(run + ".log"));
  }

  /** What was measured, but for the times. */
  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run + "/metrics.jsonl")).stream()
        .map(line -> line.replaceAll(",\"(step_ms|seconds)\":[^,}]*", ""))
        .toList();
  }

  private List<Path> leftovers() throws IOException {
    var expected =
        Arrays.asList(
            ".lock",
            "checkpoint.esp-ckpt",
            "metrics.jsonl",
            "model.safetensors",
            "recipe.yaml",
            "report.html",
            "result.json");
    try (Stream<Path> files = Files.list(folder.resolve("killed"))) {
      return files.filter(file -> !expected.contains(file.getFileName().toString())).toList();
    }
  }
}
