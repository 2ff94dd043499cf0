package org.espalier.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.app.cli.UsageException;
import org.espalier.app.run.SavedModel;
import org.espalier.data.Dataset;
import org.espalier.data.batch.EvaluationBatches;
import org.espalier.data.catalog.DatasetCatalog;
import org.espalier.data.catalog.DownloadProgress;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.network.Loss;
import org.espalier.engine.training.Evaluation;

/** Accuracy of a trained network on its test data, with any weights in the place of its own. */
final class TestAccuracy {
  private static final int BATCH = 128;

  private final SavedModel saved;
  private final ModelWeights weights;
  private final Dataset data;
  private final int threads;

  /**
   * Loads the data.
   *
   * @param name of the data, by default what the network was trained with
   * @param folder to look for data in first
   */
  TestAccuracy(
      SavedModel saved,
      ModelWeights weights,
      Optional<String> name,
      Optional<Path> folder,
      int threads) {
    this.saved = saved;
    this.weights = weights;
    this.threads = threads;
    var draft = name.map(it -> saved.draft().set("data.name", it)).orElseGet(saved::draft);
    if (!draft.has("data.name")) {
      throw new EspalierException(
          saved.file() + " does not say what data it was made for: expected --data NAME");
    }
    var recipe = draft.resolve();
    var catalog = DatasetCatalog.of(folder, System.getenv(), DownloadProgress.SILENT);
    UsageException.checking(() -> catalog.requireKnown(recipe.data().name()));
    data = catalog.load(recipe.data().name(), recipe.seed());
    var network = saved.network();
    if (!data.shape().equals(network.input()) || data.classes().size() != network.output().size()) {
      throw new EspalierException(
          "%s has samples of shape %s in %d classes, expected %s in %d as %s knows"
              .formatted(
                  data.name(),
                  data.shape(),
                  data.classes().size(),
                  network.input(),
                  network.output().size(),
                  saved.file()));
    }
  }

  String data() {
    return data.name();
  }

  int samples() {
    return data.test().size();
  }

  /** Share of right answers with these prunable weights. */
  double of(List<float[]> tensors) {
    var options = new Engine.Options(BATCH, threads, 0, false);
    try (var executor =
        new CpuEngine()
            .compile(saved.network(), weights.with(tensors), new Loss.CrossEntropy(0), options)) {
      var batches =
          new EvaluationBatches(data.test(), saved.network().input(), saved.normalisation(), BATCH);
      return Evaluation.of(executor, batches).accuracy();
    }
  }
}
