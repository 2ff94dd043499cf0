package org.espalier.app.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.run.SavedModel;
import org.espalier.data.Dataset;
import org.espalier.data.Split;
import org.espalier.data.batch.EvaluationBatches;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.training.Evaluation;
import org.espalier.formats.Model;

/**
 * Samples to measure a trained network on, and others made from it.
 *
 * @param recipe that the network was made with, or what was asked for instead
 */
record EvaluationData(SavedModel saved, Recipe recipe, Part part, Split split) {

  /** A part of a data set. */
  enum Part {
    TRAIN,
    VALIDATION,
    TEST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Loads a part of the data that a recipe names.
   *
   * @throws EspalierException if they do not fit the network, or there are none
   */
  static EvaluationData load(SavedModel saved, Recipe recipe, Part part, Training training) {
    var whole = training.load(recipe);
    requireFit(saved, whole);
    var held = recipe.data().validation();
    var divided = held == 0 ? whole : whole.withValidation(held, recipe.seed());
    var split =
        switch (part) {
          case TRAIN -> divided.train();
          case VALIDATION -> divided.validation();
          case TEST -> divided.test();
        };
    if (split.isEmpty()) {
      throw new UsageException(
          recipe.data().name() + " has no " + part + " samples: expected another --split");
    }
    return new EvaluationData(saved, recipe, part, split);
  }

  /** Loss and accuracy of a model with the shapes and classes of this one. */
  Evaluation measure(Model model, Engine engine) {
    var options =
        new Engine.Options(recipe.batch(), Processors.or(recipe.threads()), recipe.seed(), false);
    var network = model.network();
    try (var executor =
        engine.compile(network, model.parameters(), recipe.loss().loss(), options)) {
      var batches =
          new EvaluationBatches(split, network.input(), saved.normalisation(), recipe.batch());
      return Evaluation.of(executor, batches);
    }
  }

  /** SHA-256 of samples and labels, in hexadecimal digits. */
  String hash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var sample = new float[split.sampleSize()];
      var bytes = ByteBuffer.allocate((sample.length + 1) * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (var i = 0; i < split.size(); i++) {
        split.copy(i, sample, 0);
        bytes.asFloatBuffer().put(sample);
        bytes.putInt(sample.length * Float.BYTES, split.label(i));
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void requireFit(SavedModel saved, Dataset data) {
    var network = saved.network();
    if (!data.shape().equals(network.input())) {
      throw new EspalierException(
          "%s has samples of shape %s, expected %s as %s takes"
              .formatted(data.name(), data.shape(), network.input(), saved.file()));
    }
    if (data.classes().size() != network.output().size()) {
      throw new EspalierException(
          "%s has %d classes, expected %d as %s knows"
              .formatted(
                  data.name(), data.classes().size(), network.output().size(), saved.file()));
    }
  }
}
