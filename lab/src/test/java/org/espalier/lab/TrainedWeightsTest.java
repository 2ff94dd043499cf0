package org.espalier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.espalier.app.run.SavedModel;
import org.espalier.formats.surp.Normalisation;
import org.espalier.formats.surp.Settings;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One-shot SuRP on a LeNet-300-100 that has learnt MNIST. */
class TrainedWeightsTest {
  @TempDir private Path folder;

  @Test
  void supportAndAccuracyAreThoseOfMagnitudePruning() throws DataFormatException {
    var data = data();
    var run = folder.resolve("run");
    var trained =
        Console.run(
            "train",
            "--data",
            "mnist",
            "--data-dir",
            data.toString(),
            "--model",
            "lenet-300-100",
            "--method",
            "dense",
            "--set=optimizer.name=adam",
            "--learning-rate",
            "0.001",
            "--epochs",
            "4",
            "--out",
            run.toString());
    assertThat(trained.exit()).as(trained.err()).isZero();
    var saved = SavedModel.read(run);
    var weights = new ModelWeights(saved);
    var accuracy = new TestAccuracy(saved, weights, Optional.empty(), Optional.of(data), 2);
    assertThat(accuracy.of(weights.tensors())).isGreaterThan(0.97);

    requireLikeMagnitude(weights, accuracy, 0.9, 0.75);
    requireLikeMagnitude(weights, accuracy, 0.8, 0.90);
    requireLikeMagnitude(weights, accuracy, 0.6, 0.96);
  }

  private static void requireLikeMagnitude(
      ModelWeights weights, TestAccuracy accuracy, double sparsity, double least)
      throws DataFormatException {
    var bytes =
        Surp.encode(weights.tensors(), Settings.DEFAULT, new Stop.Sparsity(sparsity)).bytes();
    var coded = Surp.decode(bytes, 0, bytes.length, weights.lengths());
    var pruned = byMagnitude(weights.tensors(), sparsity);

    assertThat(overlap(coded, pruned)).as("support at sparsity %s", sparsity).isGreaterThan(0.93);
    assertThat(accuracy.of(coded))
        .as("accuracy at sparsity %s", sparsity)
        .isGreaterThan(least)
        .isGreaterThan(accuracy.of(pruned) - 0.01);
  }

  /** The weights that are largest in units of their tensor's ℓ2 norm. */
  private static List<float[]> byMagnitude(List<float[]> tensors, double sparsity) {
    var count = tensors.stream().mapToInt(it -> it.length).sum();
    var sorted = new float[count];
    var at = 0;
    for (var tensor : tensors) {
      var scale = Normalisation.L2_PER_TENSOR.scale(tensor);
      for (var weight : tensor) {
        sorted[at++] = Math.abs(weight) / scale;
      }
    }
    Arrays.sort(sorted);
    var threshold = sorted[(int) Math.round(count * sparsity)];
    var pruned = new ArrayList<float[]>();
    for (var tensor : tensors) {
      var scale = Normalisation.L2_PER_TENSOR.scale(tensor);
      var kept = tensor.clone();
      for (var i = 0; i < kept.length; i++) {
        kept[i] = Math.abs(kept[i]) / scale >= threshold ? kept[i] : 0;
      }
      pruned.add(kept);
    }
    return pruned;
  }

  /** Jaccard's: weights in both over weights in either. */
  private static double overlap(List<float[]> one, List<float[]> other) {
    var both = 0;
    var either = 0;
    for (var t = 0; t < one.size(); t++) {
      for (var i = 0; i < one.get(t).length; i++) {
        var first = one.get(t)[i] != 0;
        var second = other.get(t)[i] != 0;
        both += first && second ? 1 : 0;
        either += first || second ? 1 : 0;
      }
    }
    return both / (double) either;
  }

  /** Real data; skips visibly without. */
  private static Path data() {
    var fromEnvironment = System.getenv("ESPALIER_DATA");
    var root =
        fromEnvironment == null || fromEnvironment.isBlank()
            ? repository().resolve("../shared/data").normalize()
            : Path.of(fromEnvironment);
    if (!Files.isDirectory(root.resolve("mnist"))) {
      Assumptions.abort("no real data: " + root.resolve("mnist") + " is absent, set ESPALIER_DATA");
    }
    return root;
  }

  private static Path repository() {
    var here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("LICENSE")))
        .findFirst()
        .orElse(here);
  }
}
