package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String RECIPE = "recipe 5f3a";
  private static final int STEPS = 40;
  private static final Topology WEIGHTS =
      Topology.of(
          LinearExecutor.CLASSES,
          LinearExecutor.FEATURES,
          LongStream.range(0, 24).filter(p -> p % 2 == 0).toArray());

  @TempDir private Path folder;
  private Path file = Path.of("checkpoint");

  @BeforeEach
  void placeFile() {
    file = folder.resolve("checkpoint");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 6, 7, 13, 14, 30, 39})
  void resumedTrainingEndsWithTheSameBits(int interruption) {
    var uninterrupted = sparse(sgd());
    var expectedEpochs = new ArrayList<EpochSummary>();
    train(uninterrupted, expectedEpochs, STEPS);

    var epochs = new ArrayList<EpochSummary>();
    var first = sparse(sgd());
    train(first, epochs, interruption);
    Checkpoint.write(file, RECIPE, first.trainer);
    var second = sparse(sgd());
    Checkpoint.read(file, RECIPE, second.trainer);
    train(second, epochs, STEPS);

    assertThat(bits(second)).isEqualTo(bits(uninterrupted));
    assertThat(second.hook.last).isEqualTo(uninterrupted.hook.last).isPositive();
    assertThat(second.trainer.iteration()).isEqualTo(uninterrupted.trainer.iteration());
    assertThat(epochs).isEqualTo(expectedEpochs);
  }

  @Test
  void maskedAndDenseParametersResumeToo() {
    for (var masked : new boolean[] {true, false}) {
      var uninterrupted = whole(masked);
      train(uninterrupted, new ArrayList<>(), 20);

      var first = whole(masked);
      train(first, new ArrayList<>(), 9);
      Checkpoint.write(file, RECIPE, first.trainer);
      var second = whole(masked);
      Checkpoint.read(file, RECIPE, second.trainer);
      train(second, new ArrayList<>(), 20);

      assertThat(bits(second)).isEqualTo(bits(uninterrupted));
    }
  }

  @Test
  void aFileCutShortAnywhereIsRefusedAndChangesNothing() throws IOException {
    var whole = written(11);
    var target = sparse(sgd());
    var before = bits(target);
    for (var length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(target, "length " + length);
    }
    assertThat(bits(target)).isEqualTo(before);
  }

  @Test
  void aFlippedBitInAnyByteIsRefusedAndChangesNothing() throws IOException {
    var whole = written(11);
    var target = sparse(sgd());
    var before = bits(target);
    for (var place = 0; place < whole.length; place++) {
      var damaged = whole.clone();
      damaged[place] ^= (byte) (1 << place % 8);
      Files.write(file, damaged);
      assertRefused(target, "byte " + place);
    }
    assertThat(bits(target)).isEqualTo(before);
  }

  @Test
  void bytesAfterTheEndAreRefused() throws IOException {
    var whole = written(3);
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));

    assertRefused(sparse(sgd()), "one byte more");
  }

  @Test
  void anotherRecipeIsRefused() {
    var run = sparse(sgd());
    Checkpoint.write(file, RECIPE, run.trainer);

    assertThatThrownBy(() -> Checkpoint.read(file, "recipe 77", run.trainer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll(file.toString(), "recipe 5f3a", "recipe 77");
  }

  @Test
  void anotherStorageOrOptimizerIsRefused() throws IOException {
    written(3);

    var masked = new Run(new LinearExecutor(spec -> Parameter.masked(spec, WEIGHTS)), sgd(), false);
    assertThatThrownBy(() -> Checkpoint.read(file, RECIPE, masked.trainer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("fc.weight", "SPARSE", "MASKED");
    var adam = sparse(Adam.standard(WeightDecay.NONE));
    assertThatThrownBy(() -> Checkpoint.read(file, RECIPE, adam.trainer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("1 optimizer slots, expected 2");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Checkpoint.read(file, RECIPE, sparse(sgd()).trainer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll(file.toString(), "no such file");
  }

  @Test
  void divergedWeightsDoNotReplaceAGoodCheckpoint() throws IOException {
    var before = written(3);
    var run = sparse(sgd());
    run.executor.parameters().of("fc.weight").values()[2] = Float.POSITIVE_INFINITY;

    assertThatThrownBy(() -> Checkpoint.write(file, RECIPE, run.trainer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("fc.weight", "Infinity", "diverged");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aTrainerWhoseIterationFailedIsNotSaved() {
    var run = sparse(sgd());
    run.executor.parameters().of("fc.bias").values()[0] = Float.NaN;
    assertThatThrownBy(run.trainer::iterate).isInstanceOf(EspalierException.class);

    assertThatThrownBy(() -> Checkpoint.write(file, RECIPE, run.trainer))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).doesNotExist();
  }

  /** A network, its trainer and what they are made of. */
  private static final class Run {
    final LinearExecutor executor;
    final RewiringHook hook = new RewiringHook("fc.weight");
    final List<EpochSummary> epochs = new ArrayList<>();
    final Trainer trainer;

    Run(LinearExecutor executor, Optimizer optimizer, boolean rewiring) {
      this.executor = executor;
      this.trainer =
          new Trainer(
              new TrainingSetup(
                  executor,
                  new ClusterBatches(),
                  optimizer,
                  new LearningRate.Cosine(0.1, 0, STEPS),
                  rewiring ? hook : TrainingHook.NONE,
                  STEPS),
              new TrainingListener() {
                @Override
                public void epochEnded(Trainer trainer, EpochSummary epoch) {
                  epochs.add(epoch);
                }
              });
    }
  }

  private static Run sparse(Optimizer optimizer) {
    return new Run(new LinearExecutor(WEIGHTS), optimizer, true);
  }

  private static Run whole(boolean masked) {
    var executor =
        masked
            ? new LinearExecutor(spec -> Parameter.masked(spec, WEIGHTS))
            : new LinearExecutor(Parameter::dense);
    return new Run(executor, Adam.decoupled(new WeightDecay(0.01)), false);
  }

  private static Sgd sgd() {
    return new Sgd(0.9, true, new WeightDecay(1e-3, WeightDecay.Scope.ALL));
  }

  private static void train(Run run, List<EpochSummary> epochs, long iterations) {
    run.epochs.clear();
    while (!run.trainer.finished() && run.trainer.iteration() < iterations) {
      run.trainer.iterate();
    }
    epochs.addAll(run.epochs);
  }

  private byte[] written(int iterations) throws IOException {
    var run = sparse(sgd());
    train(run, new ArrayList<>(), iterations);
    Checkpoint.write(file, RECIPE, run.trainer);
    return Files.readAllBytes(file);
  }

  private void assertRefused(Run target, String what) {
    assertThatThrownBy(() -> Checkpoint.read(file, RECIPE, target.trainer))
        .as(what)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(file.toString());
  }

  /** Every bit of every parameter: positions, values, optimizer state. */
  private static List<String> bits(Run run) {
    var bits = new ArrayList<String>();
    for (var parameter : run.executor.parameters()) {
      bits.add(parameter.name());
      if (parameter.storage() != Storage.DENSE) {
        bits.add(Arrays.toString(parameter.topology().positions()));
      }
      bits.add(bits(parameter.values()));
      for (var slot = 0; slot < parameter.slots(); slot++) {
        bits.add(bits(parameter.slot(slot)));
      }
    }
    return bits;
  }

  private static String bits(float[] values) {
    var bits = new int[values.length];
    for (var i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return Arrays.toString(bits);
  }
}
