package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that saves after every batch, again and again, wherever it happens to be. */
class KilledTrainingTest {
  private static final String RECIPE = "killed";
  private static final int STEPS = 40_000;
  private static final int KILLS = 5;

  @TempDir private Path folder;

  @Test
  void endsWithTheBitsOfTrainingThatWasNeverKilled() throws Exception {
    var seed = 17L;
    var random = new Random(seed);
    var file = folder.resolve("checkpoint");
    for (var kill = 0; kill < KILLS; kill++) {
      killAfter(random.nextInt(150), file);
    }

    var resumed = new LinearExecutor(weights());
    var trainer = trainer(resumed);
    Checkpoint.read(file, RECIPE, trainer);
    assertThat(trainer.iteration()).isPositive().isLessThan(STEPS);
    trainer.run();
    var uninterrupted = new LinearExecutor(weights());
    trainer(uninterrupted).run();

    assertThat(content(resumed)).as("seed %d", seed).isEqualTo(content(uninterrupted));
  }

  /** Starts the process, waits until it saves, and kills it within the saves that follow. */
  private static void killAfter(int milliseconds, Path file) throws Exception {
    var before = Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledTrainingTest.class.getName(),
                file.toString())
            .inheritIO()
            .start();
    try {
      var patience = 2_000;
      while (process.isAlive() && patience-- > 0 && !savedSince(before, file)) {
        Thread.sleep(10);
      }
      Thread.sleep(milliseconds);
      assertThat(process.isAlive()).as("still training").isTrue();
    } finally {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static boolean savedSince(long time, Path file) throws IOException {
    return Files.exists(file) && Files.getLastModifiedTime(file).toMillis() > time;
  }

  /** The process to be killed. */
  public static void main(String[] arguments) {
    var file = Path.of(arguments[0]);
    var trainer = trainer(new LinearExecutor(weights()));
    if (Files.exists(file)) {
      Checkpoint.read(file, RECIPE, trainer);
    }
    while (!trainer.finished()) {
      trainer.iterate();
      Checkpoint.write(file, RECIPE, trainer);
    }
  }

  private static Topology weights() {
    return Topology.of(
        LinearExecutor.CLASSES,
        LinearExecutor.FEATURES,
        LongStream.range(0, 24).filter(p -> p % 2 == 0).toArray());
  }

  private static Trainer trainer(LinearExecutor executor) {
    return new Trainer(
        new TrainingSetup(
            executor,
            new ClusterBatches(),
            new Sgd(0.9, true, new WeightDecay(1e-3)),
            new LearningRate.Constant(0.01),
            new RewiringHook("fc.weight"),
            STEPS),
        TrainingListener.NONE);
  }

  private static List<String> content(LinearExecutor executor) {
    var content = new ArrayList<String>();
    var weight = executor.parameters().of("fc.weight");
    content.add(Arrays.toString(weight.topology().positions()));
    content.add(Arrays.toString(weight.slot(0)));
    for (var parameter : executor.parameters()) {
      content.add(parameter.name() + Arrays.toString(parameter.values()));
    }
    return content;
  }
}
