package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.Plan;
import org.espalier.app.run.RunFolder;
import org.espalier.app.run.RunResult;
import org.espalier.app.run.SavedModel;
import org.espalier.app.run.StepTiming;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the point of it all in two minutes, without anything but the program. */
@Command(
    name = "quickstart",
    description = {
      "Trains the same network dense, with a static random mask, and by RigL, both 95 %% sparse,",
      "on drawn characters that need no download; then times their steps side by side.",
      "Runs that are finished are not trained again."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  espalier quickstart", "  espalier quickstart --out /tmp/first --json"})
final class QuickstartCommand implements Runnable {
  private static final int TIMED_TURNS = 60;
  private static final List<Map<String, Object>> METHODS =
      List.of(
          Map.of("name", "dense"),
          Map.of("name", "static-random", "sparsity", 0.95),
          Map.of("name", "rigl", "sparsity", 0.95));

  @Option(
      names = "--out",
      defaultValue = "runs/quickstart",
      paramLabel = "DIR",
      description = "Folder for the runs; by default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Threads that compute, 0 for one per processor.")
  private int threads;

  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    var training = new Training(output, tuning);
    var recipes = METHODS.stream().map(this::recipe).toList();
    var data = training.load(recipes.getFirst());
    var plans = recipes.stream().map(recipe -> training.plan(recipe, data)).toList();
    var results = new ArrayList<RunResult>();
    for (var plan : plans) {
      output.text("%n%s".formatted(title(plan.recipe())));
      results.add(training.resume(plan, folder(plan.recipe())));
    }
    var models = recipes.stream().map(it -> SavedModel.read(folder(it).path())).toList();
    var tuned =
        plans.stream().map(it -> it.on(tuning.tuned(it.engine(), output, output::text))).toList();
    var timings = StepTiming.compare(tuned, models, TIMED_TURNS);
    tell(plans, results, timings);
  }

  private Recipe recipe(Map<String, Object> method) {
    return UsageException.checking(
        () ->
            RecipeDraft.empty()
                .set("data.name", "glyphs")
                .set("model", "mlp:1024x1024")
                .set("method", method)
                .set("duration", "4ep")
                .set("threads", threads)
                .resolve());
  }

  private RunFolder folder(Recipe recipe) {
    return new RunFolder(out.resolve(recipe.folderName()));
  }

  private static String title(Recipe recipe) {
    return recipe.method().settings().get("sparsity") instanceof Double sparsity
        ? String.format(Locale.ROOT, "%s, %.0f %% sparse", recipe.method().name(), 100 * sparsity)
        : recipe.method().name();
  }

  private void tell(List<Plan> plans, List<RunResult> results, List<StepTiming.Timing> timings) {
    var table = new Table("method", "test accuracy", "nnz", "memory", "ms per step", "speed-up");
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < plans.size(); i++) {
      var result = results.get(i);
      var timing = timings.get(i);
      table.row(
          title(plans.get(i).recipe()),
          Training.percent(result.number("test_accuracy")),
          Training.count((long) result.number("nnz")),
          Quantity.bytes(result.memory("").parameters()),
          String.format(Locale.ROOT, "%.2f", timing.millis()),
          String.format(Locale.ROOT, "%.1f ×", timing.speedUp()));
      var row = new LinkedHashMap<>(result.values());
      row.put("step_ms_side_by_side", timing.millis());
      row.put("speed_up", timing.speedUp());
      rows.add(row);
    }
    var recipe = plans.getFirst().recipe();
    output.text(
        String.format(
                Locale.ROOT,
                "%n%s on %s, batch %d; memory is weights, gradients, optimizer and indices; steps"
                    + " were",
                recipe.model(),
                recipe.data().name(),
                recipe.batch())
            + " timed side by side%n".formatted());
    output.text(table.toString());
    output.text("%nreports".formatted());
    plans.forEach(plan -> output.text("  " + folder(plan.recipe()).report()));
    output.result(Map.of("runs", rows));
  }
}
