package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.SavedModel;
import org.espalier.data.Dataset;
import org.espalier.data.Split;
import org.espalier.data.batch.EvaluationBatches;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.training.Evaluation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a trained model. */
@Command(
    name = "evaluate",
    description = "Measures loss and accuracy of a trained model on a split of its data.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier evaluate runs/NAME",
      "  espalier evaluate runs/NAME --engine torch --device cuda",
      "  espalier evaluate model.safetensors --data folder:pictures --split train --json"
    })
final class EvaluateCommand implements Runnable {

  /** A part of a data set. */
  enum Part {
    TRAIN,
    VALIDATION,
    TEST
  }

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(names = "--data", paramLabel = "NAME", description = "Other data than it was made with.")
  private @Nullable String data;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Folder to look for data in.")
  private @Nullable String dataDir;

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "SPLIT",
      description = "train, validation or test; by default ${DEFAULT-VALUE}.")
  private Part part;

  @Option(names = "--batch", defaultValue = "128", paramLabel = "N", description = "Batch size.")
  private int batch;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Threads that compute, 0 for one per processor.")
  private int threads;

  @Mixin private EngineOptions engine;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--batch", batch);
    UsageException.requireAtLeast(0, "--threads", threads);
    var computing =
        tuning.tuned(UsageException.checking(engine.choice()::engine), output, output::text);
    var saved = SavedModel.read(source);
    var recipe = recipe(saved);
    var whole = new Training(output, tuning).load(recipe);
    requireFit(saved, whole);
    var split = split(whole, recipe);
    if (split.isEmpty()) {
      throw new UsageException(
          recipe.data().name() + " has no " + name() + " samples: expected another --split");
    }
    var network = saved.network();
    var options = new Engine.Options(batch, Processors.or(threads), recipe.seed(), false);
    try (var executor =
        computing.compile(network, saved.model().parameters(), recipe.loss().loss(), options)) {
      var batches = new EvaluationBatches(split, network.input(), saved.normalisation(), batch);
      tell(saved, recipe, Evaluation.of(executor, batches));
    }
  }

  private Recipe recipe(SavedModel saved) {
    var draft = saved.draft();
    if (data != null && !saved.trainedOn(data)) {
      // The model saw none of these: nothing is to be held out of them.
      draft = draft.set("data.name", data).set("data.validation", 0);
    }
    if (dataDir != null) {
      draft = draft.set("data.dir", dataDir);
    }
    return draft
        .set("batch", batch)
        .set("threads", threads)
        .set("engine", engine.choice())
        .resolve();
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

  private Split split(Dataset whole, Recipe recipe) {
    var held = recipe.data().validation();
    var divided = held == 0 ? whole : whole.withValidation(held, recipe.seed());
    return switch (part) {
      case TRAIN -> divided.train();
      case VALIDATION -> divided.validation();
      case TEST -> divided.test();
    };
  }

  private String name() {
    return part.name().toLowerCase(Locale.ROOT);
  }

  private void tell(SavedModel saved, Recipe recipe, Evaluation evaluation) {
    output.text(
        String.format(
            Locale.ROOT,
            "%s of %s: accuracy %.2f %%, loss %s, %d samples",
            name(),
            recipe.data().name(),
            100 * evaluation.accuracy(),
            Quantity.loss(evaluation.loss()),
            evaluation.samples()));
    var result = new LinkedHashMap<String, Object>();
    result.put("file", saved.file().toString());
    result.put("data", recipe.data().name());
    result.put("split", name());
    result.put("engine", recipe.engine().name());
    result.put("device", recipe.engine().device().toString());
    result.put("precision", recipe.engine().precision().toString());
    result.put("samples", evaluation.samples());
    result.put("accuracy", evaluation.accuracy());
    result.put("loss", evaluation.loss());
    output.result(result);
  }
}
