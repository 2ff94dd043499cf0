package org.espalier.app.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.recipe.Mappers;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.run.RunResult;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;

/**
 * What one should know of a published model, as Markdown with the YAML head that model hubs read:
 * facts from its metadata and from the result of its run; what only people know is left open, and
 * marked.
 *
 * @param file name of the exported file
 * @param result of the run it comes from, if that is at hand
 */
public record ModelCard(SavedModel saved, String file, long bytes, Optional<RunResult> result) {
  private static final String OPEN = "_To be written by whoever publishes the model._";

  private static final List<String> PROSE =
      List.of("Intended use", "Limits and risks", "Licence and origin of the data");

  /** The whole text. */
  public String text() {
    var text = new StringBuilder("---\n").append(Mappers.YAML.writeValueAsString(head()));
    text.append("---\n\n# ").append(saved.network().name()).append("\n\n");
    text.append("`")
        .append(file)
        .append("`: a neural network for classification, written by Espalier.\n");
    text.append("\n## What it is\n\n").append(facts());
    result.filter(it -> it.has("test_accuracy")).ifPresent(it -> text.append(results(it)));
    recipe()
        .ifPresent(
            recipe ->
                text.append("\n## How it was trained\n\n```yaml\n")
                    .append(RecipeDraft.write(recipe))
                    .append("```\n"));
    for (var section : PROSE) {
      text.append("\n## ").append(section).append("\n\n").append(OPEN).append('\n');
    }
    return text.toString();
  }

  private Map<String, Object> head() {
    var head = new LinkedHashMap<String, Object>();
    head.put("license", "unknown");
    head.put("library_name", "espalier");
    var tags = new ArrayList<>(List.of("sparse-neural-network"));
    recipe().ifPresent(recipe -> tags.add(recipe.method().name()));
    head.put("tags", tags);
    var data = data();
    data.ifPresent(name -> head.put("datasets", List.of(name)));
    head.put("metrics", List.of("accuracy"));
    if (data.isPresent() && result.isPresent() && result.get().has("test_accuracy")) {
      head.put("model-index", List.of(index(data.get(), result.get())));
    }
    return head;
  }

  private Map<String, Object> index(String data, RunResult result) {
    var task = saved.network().input().flat() ? "tabular-classification" : "image-classification";
    var metric = new LinkedHashMap<String, Object>();
    metric.put("type", "accuracy");
    metric.put("value", result.number("test_accuracy"));
    var dataset = new LinkedHashMap<String, Object>();
    dataset.put("type", data);
    dataset.put("name", data);
    dataset.put("split", "test");
    var entry = new LinkedHashMap<String, Object>();
    entry.put("task", Map.of("type", task));
    entry.put("dataset", dataset);
    entry.put("metrics", List.of(metric));
    var index = new LinkedHashMap<String, Object>();
    index.put("name", saved.network().name());
    index.put("results", List.of(entry));
    return index;
  }

  /** The recipe of the run it comes from; a model of another program has none. */
  private Optional<Recipe> recipe() {
    if (!saved.metadata().containsKey("recipe")) {
      return Optional.empty();
    }
    try {
      return Optional.of(saved.draft().resolve());
    } catch (EspalierException _) {
      return Optional.empty(); // of another version: the card does without
    }
  }

  private Optional<String> data() {
    return recipe()
        .map(recipe -> recipe.data().name())
        .or(() -> Optional.ofNullable(saved.metadata().get("data")));
  }

  private String facts() {
    var network = saved.network();
    var parameters = saved.model().parameters();
    var prunable = network.prunable();
    var weights = prunable.stream().mapToLong(spec -> spec.size()).sum();
    var nonZeros = prunable.stream().mapToLong(parameters::nonZeros).sum();
    var rows = new LinkedHashMap<String, String>();
    rows.put("input", network.input() + inputNote());
    rows.put("classes", String.join(", ", saved.classes()));
    rows.put("weights", String.format(Locale.ROOT, "%,d of %,d active", nonZeros, weights));
    rows.put("density", String.format(Locale.ROOT, "%.4f", nonZeros / (double) weights));
    rows.put("size of the file", Quantity.bytes(bytes));
    for (var key : List.of("imported.file", "imported.sha256", "onnx.producer")) {
      var value = saved.metadata().get(key);
      if (value != null) {
        rows.put(key.replace('.', ' '), value);
      }
    }
    var text = new StringBuilder("| | |\n|---|---|\n");
    rows.forEach(
        (name, value) ->
            text.append("| ").append(name).append(" | ").append(plain(value)).append(" |\n"));
    return text.toString();
  }

  private String inputNote() {
    return saved.metadata().containsKey("normalisation.mean")
        ? "; normalised by mean %s and deviation %s of each channel"
            .formatted(
                saved.metadata().get("normalisation.mean"),
                saved.metadata().get("normalisation.deviation"))
        : "";
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replace("|", "\\|");
  }

  private static String results(RunResult result) {
    return String.format(
        Locale.ROOT,
        "\n## Results\n\n| split | accuracy |\n|---|---|\n| test | %.2f %% |\n",
        100 * result.number("test_accuracy"));
  }
}
