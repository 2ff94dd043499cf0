package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.data.Dataset;
import org.espalier.data.catalog.DatasetCatalog;
import org.espalier.data.catalog.DownloadProgress;
import org.espalier.data.glyphs.Glyphs;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The product Hg that GraSP scores by (Wang et al. 2020) against central differences along g, in
 * double precision: 200 images, He-normal weights.
 */
class HessianGradientProductTest {
  private static final int IMAGES = 200;
  private static final long SEED = 1;
  private static final Loss LOSS = new Loss.CrossEntropy(0);

  /** A loss in double precision at the weights of one network, over one batch. */
  private record Setting(ExactDerivatives exact, ParameterVector weights, Batch batch) {
    ParameterVector gradient(ParameterVector at) {
      return exact.gradient(at, batch, Mode.TRAINING).gradient();
    }

    ParameterVector hessianTimes(ParameterVector direction) {
      return exact.hessianTimes(direction, weights, batch, Mode.TRAINING);
    }

    /** ‖Hg − d‖ / ‖d‖ for the difference d of gradients {@code step} to both sides along g/‖g‖. */
    double error(double step) {
      var gradient = gradient(weights);
      var norm = gradient.norm();
      var ahead = gradient(weights.plus(step / norm, gradient));
      var behind = gradient(weights.plus(-step / norm, gradient));
      var difference = ahead.plus(-1, behind);
      var factor = norm / (2 * step);
      difference = difference.plus(factor - 1, difference);
      return hessianTimes(gradient).plus(-1, difference).norm() / difference.norm();
    }
  }

  private static Setting setting(Network network, Dataset data) {
    var parameters = Parameters.dense(network);
    Initialiser.STANDARD.initialise(parameters, new Randoms(SEED));
    var batch = new Batch(IMAGES, network.input().size());
    for (var i = 0; i < IMAGES; i++) {
      data.train().copy(i, batch.features(), i * batch.sampleSize());
      batch.labels()[i] = data.train().label(i);
    }
    standardise(batch.features());
    var exact =
        new ExactDerivatives(network, parameters, LOSS, ExactDerivatives.Arithmetic.doubles(1));
    return new Setting(exact, ParameterVector.prunable(parameters), batch);
  }

  private static void standardise(float[] pixels) {
    var sum = 0.0;
    var squares = 0.0;
    for (var pixel : pixels) {
      sum += pixel;
      squares += pixel * pixel;
    }
    var mean = sum / pixels.length;
    var deviation = Math.sqrt(squares / pixels.length - mean * mean);
    for (var i = 0; i < pixels.length; i++) {
      pixels[i] = (float) ((pixels[i] - mean) / deviation);
    }
  }

  private static Dataset data(String name) {
    if (name.equals(Glyphs.NAME)) {
      return Glyphs.dataset(SEED, IMAGES, 30);
    }
    var variable = System.getenv("ESPALIER_DATA");
    var folder = variable == null ? Path.of("..", "..", "shared", "data") : Path.of(variable);
    if (!Files.isDirectory(folder.resolve(name))) {
      Assumptions.abort(
          "skipped: no " + folder.resolve(name) + "; set ESPALIER_DATA to the folder of data sets");
    }
    return DatasetCatalog.of(Optional.of(folder), Map.of(), DownloadProgress.SILENT)
        .load(name, SEED);
  }

  /** Steps short enough that no unit of 200 images crosses the kink of its ReLU. */
  @ParameterizedTest
  @CsvSource({"glyphs, 1e-6", "mnist, 1e-6"})
  void agreesWithDifferencesThatCrossNoKink(String name, double step) {
    var data = data(name);
    var network = Models.named("lenet-300-100", data.shape(), data.classes().size());

    var error = setting(network, data).error(step);

    assertThat(error).as("%s, step %s, seed %d", name, step, SEED).isLessThan(1e-7);
  }

  /**
   * Without ReLUs there are no kinks, and a long step is right; batch statistics make it curved.
   */
  @Test
  void agreesWithLongerStepsWhereThereAreNoKinks() {
    var data = data(Glyphs.NAME);
    var network =
        NetworkBuilder.of("smooth", data.shape())
            .flatten("flatten")
            .linear("fc1", 300)
            .batchNorm("bn1")
            .linear("fc2", 100)
            .batchNorm("bn2")
            .linear("fc3", data.classes().size())
            .build();

    var error = setting(network, data).error(1e-4);
    assertThat(error).as("seed %d", SEED).isLessThan(1e-7);
  }

  /** ‖∇L(θ+δ)‖² − ‖∇L(θ)‖² = 2·δᵀHg + O(‖δ‖²): what the score of a weight is derived from. */
  @Test
  void foretellsTheChangeOfTheGradientsNorm() {
    var data = data(Glyphs.NAME);
    var network = Models.named("lenet-300-100", data.shape(), data.classes().size());
    var setting = setting(network, data);
    var gradient = setting.gradient(setting.weights());
    var delta = DerivativeCase.random(gradient, SEED);
    delta = delta.plus(1e-8 - 1, delta);

    var moved = setting.gradient(setting.weights().plus(1, delta));

    var change = moved.dot(moved) - gradient.dot(gradient);
    var foretold = 2 * delta.dot(setting.hessianTimes(gradient));
    assertThat(change / foretold).as("seed %d", SEED).isCloseTo(1, within(1e-5));
  }
}
