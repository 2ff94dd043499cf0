package org.espalier.app.cli;

import org.espalier.app.recipe.Recipe;
import org.espalier.app.run.SavedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data a trained network is measured on: a picocli mixin. */
final class EvaluationOptions {
  @Option(names = "--data", paramLabel = "NAME", description = "Other data than it was made with.")
  private @Nullable String data;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Folder to look for data in.")
  private @Nullable String dataDir;

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "SPLIT",
      description = "train, validation or test; by default ${DEFAULT-VALUE}.")
  private EvaluationData.Part part;

  @Option(names = "--batch", defaultValue = "128", paramLabel = "N", description = "Batch size.")
  private int batch;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Threads that compute, 0 for one per processor.")
  private int threads;

  EvaluationData.Part part() {
    return part;
  }

  /** Refuses numbers that make no sense. */
  void require() {
    UsageException.requireAtLeast(1, "--batch", batch);
    UsageException.requireAtLeast(0, "--threads", threads);
  }

  /** The recipe of a network with other data, batch size and engine where they are asked for. */
  Recipe recipe(SavedModel saved, EngineOptions engine) {
    var draft = saved.draft();
    if (data != null && !saved.trainedOn(data)) {
      // The model saw none of these: nothing is to be held out of them.
      draft = draft.set("data.name", data).set("data.validation", 0);
    }
    if (dataDir != null) {
      draft = draft.set("data.dir", dataDir);
    }
    if (!draft.has("data.name")) {
      throw new UsageException(
          saved.file() + " does not say what data it was made for: expected --data NAME");
    }
    return draft
        .set("batch", batch)
        .set("threads", threads)
        .set("engine", engine.choice())
        .resolve();
  }
}
