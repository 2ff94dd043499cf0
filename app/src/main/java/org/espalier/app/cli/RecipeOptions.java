package org.espalier.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.app.recipe.RecipeDraft;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options that set keys of a recipe; {@code --set} reaches those without an option of their own.
 */
final class RecipeOptions {
  private final Map<String, Object> keys = new LinkedHashMap<>();

  @Mixin private EngineOptions engine;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set any key of the recipe, such as optimizer.momentum=0.8; may be repeated.")
  private List<String> assignments = new ArrayList<>();

  @Option(order = 17, names = "--name", paramLabel = "NAME", description = "Label of the run.")
  void name(@Nullable String value) {
    put("name", value);
  }

  @Option(
      order = 10,
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder to look for data in first; else ESPALIER_DATA, then the user cache.")
  void dataDir(@Nullable String value) {
    put("data.dir", value);
  }

  @Option(
      order = 11,
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training samples; --duration 500it counts steps instead.")
  void epochs(@Nullable Integer value) {
    put("duration", value == null ? null : value + "ep");
  }

  @Option(
      order = 12,
      names = "--duration",
      paramLabel = "TIME",
      description = "Length of training, such as 15ep or 500it.")
  void duration(@Nullable String value) {
    put("duration", value);
  }

  @Option(order = 13, names = "--batch", paramLabel = "N", description = "Samples per step.")
  void batch(@Nullable Integer value) {
    put("batch", value);
  }

  @Option(
      order = 14,
      names = {"--learning-rate", "--lr"},
      paramLabel = "RATE",
      description = "Largest learning rate of the schedule.")
  void learningRate(@Nullable Double value) {
    put("learning-rate.peak", value);
  }

  @Option(
      order = 15,
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute, 0 for one per processor; the result is the same.")
  void threads(@Nullable Integer value) {
    put("threads", value);
  }

  @Option(
      order = 16,
      names = "--checkpoint",
      paramLabel = "TIME",
      description = "Time between checkpoints, such as 1ep, 500it or 10min.")
  void checkpoint(@Nullable String value) {
    put("checkpoint", value);
  }

  private void put(String key, @Nullable Object value) {
    if (value != null) {
      keys.put(key, value);
    }
  }

  /** The recipe with these options laid over it, {@code --set} last. */
  RecipeDraft onto(RecipeDraft recipe) {
    var draft = engine.onto(recipe);
    for (var key : keys.entrySet()) {
      draft = draft.set(key.getKey(), key.getValue());
    }
    for (var assignment : assignments) {
      draft = draft.set(assignment);
    }
    return draft;
  }
}
