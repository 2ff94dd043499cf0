package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.DensityReport;
import org.espalier.app.run.Plan;
import org.espalier.app.run.Progress;
import org.espalier.app.run.Run;
import org.espalier.app.run.RunFolder;
import org.espalier.app.run.RunResult;
import org.espalier.data.Dataset;
import org.espalier.data.catalog.DatasetCatalog;
import org.espalier.data.catalog.DownloadProgress;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.network.NetworkTable;

/** Takes recipes through plan and run, and tells what happens. */
final class Training {
  private final Output output;
  private final TuningOptions tuning;

  Training(Output output, TuningOptions tuning) {
    this.output = output;
    this.tuning = tuning;
  }

  /** The folder of a run: the one asked for, else one under {@code runs} named by its recipe. */
  static RunFolder folder(Recipe recipe, Optional<Path> asked) {
    return new RunFolder(asked.orElseGet(() -> Path.of("runs", recipe.folderName())));
  }

  /** The catalog of data, with downloads told on standard error. */
  static DatasetCatalog catalog(String dataFolder, Output output) {
    return DatasetCatalog.of(
        Optional.of(dataFolder).filter(folder -> !folder.isEmpty()).map(Path::of),
        System.getenv(),
        output.terminal() ? new DownloadLine(output) : DownloadProgress.SILENT);
  }

  /**
   * Samples by name, with downloads told on standard error.
   *
   * @param splitSeed draws the test split of data that come in one piece
   */
  static Dataset load(String name, String dataFolder, long splitSeed, Output output) {
    var catalog = catalog(dataFolder, output);
    UsageException.checking(() -> catalog.requireKnown(name));
    return catalog.load(name, splitSeed);
  }

  /** The samples that a recipe names. */
  Dataset load(Recipe recipe) {
    var choice = recipe.data();
    return load(choice.name(), choice.dir(), recipe.seed(), output);
  }

  /** Refuses what could not run in a folder, before anything costly is done. */
  static void requireStartable(Recipe recipe, RunFolder folder, boolean resume) {
    Run.requireStartable(folder, recipe, resume);
    if (!folder.finished()) {
      UsageException.checking(recipe.engine()::engine);
    }
  }

  /** Runs a recipe in a folder, or what is left of it. */
  RunResult run(Recipe recipe, RunFolder folder, boolean resume) {
    requireStartable(recipe, folder, resume);
    if (folder.finished()) {
      output.text(folder + " is finished; this is its result");
      return RunResult.read(folder);
    }
    var plan = plan(recipe, load(recipe));
    describe(plan);
    return execute(plan, folder);
  }

  /** Checks a recipe against its data. */
  Plan plan(Recipe recipe, Dataset data) {
    return UsageException.checking(() -> Plan.of(recipe, data));
  }

  /** Trains in a folder, goes on with what it holds of this run, or only reads the result. */
  RunResult resume(Plan plan, RunFolder folder) {
    requireStartable(plan.recipe(), folder, true);
    return execute(plan, folder);
  }

  private RunResult execute(Plan plan, RunFolder folder) {
    if (plan.engine() instanceof CpuEngine) {
      KernelNotice.give(output);
    }
    var progress = Progress.on(output.err(), output.terminal(), output::text);
    var engine = tuning.tuned(plan.engine(), output, progress::line);
    return Run.execute(plan.on(engine), folder, progress);
  }

  /** The recipe, the network and the densities, before anything is trained. */
  private void describe(Plan plan) {
    var density = DensityReport.of(plan.network(), plan.prepared()).requireAsRequested();
    var nonZeros =
        density.layers().stream()
            .collect(
                Collectors.toMap(DensityReport.Layer::parameter, DensityReport.Layer::realised));
    output.text(RecipeDraft.write(plan.recipe()));
    output.text(NetworkTable.of(plan.network(), nonZeros).render(output.width()));
    output.text("");
    output.text(table(density).toString());
    output.text("");
    plan.notes().forEach(output::text);
  }

  private static Table table(DensityReport density) {
    var table = new Table("parameter", "weights", "nnz", "requested", "realised");
    for (var layer : density.layers()) {
      table.row(
          layer.parameter(),
          count(layer.weights()),
          count(layer.nonZeros()),
          fraction(layer.requested()),
          fraction(layer.realised()));
    }
    return table.row(
        "all prunable",
        count(density.weights()),
        count(density.nonZeros()),
        fraction(density.requested()),
        fraction(density.realised()));
  }

  /** What a finished run reached and cost, in a few lines. */
  static String summary(RunResult result) {
    var lines = new StringBuilder();
    if (result.has("test_accuracy")) {
      lines.append("test accuracy   ").append(percent(result.number("test_accuracy")));
      lines.append(" after the last epoch");
      if (result.has("test_accuracy_at_best_validation")) {
        lines.append(", ").append(percent(result.number("test_accuracy_at_best_validation")));
        lines.append(" after epoch ").append((long) result.number("best_validation_epoch"));
        lines.append(", the best on validation");
      }
      lines.append('\n');
    }
    lines.append(
        """
        weights         %s of %s active (density %s, requested %s)
        memory          %s for weights, gradients, optimizer and indices; dense %s
        operations      %s of dense in training, %s in inference
        time            %s ms per step%s, %s in all; %s for the usual %d epochs
        run             %s
        """
            .formatted(
                count((long) result.number("nnz")),
                count((long) result.number("prunable_weights")),
                fraction(result.number("realised_density")),
                fraction(result.number("requested_density")),
                Quantity.bytes(result.memory("").parameters()),
                Quantity.bytes(result.memory("dense_").parameters()),
                percent(result.number("train_flops_ratio")),
                percent(result.number("inference_flops_ratio")),
                String.format(Locale.ROOT, "%.2f", result.number("step_ms")),
                result.engine().map(engine -> " on " + engine).orElse(""),
                Progress.time(result.number("seconds")),
                Progress.time(result.number("projected_seconds")),
                (long) result.number("usual_epochs"),
                result.text("run")));
    return lines.toString();
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String fraction(double fraction) {
    return String.format(Locale.ROOT, "%.4f", fraction);
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  /** Redraws one line on the terminal while a file arrives. */
  private record DownloadLine(Output output) implements DownloadProgress {
    @Override
    public void arrived(String file, long bytes, long total) {
      output
          .err()
          .printf(
              Locale.ROOT,
              "\r\033[2K%s  %s of %s",
              file,
              Quantity.bytes(bytes),
              Quantity.bytes(total));
      if (bytes >= total) {
        output.err().println();
      }
      output.err().flush();
    }
  }
}
