package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.recipe.Sweep;
import org.espalier.app.report.Comparison;
import org.espalier.app.report.Quantity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares methods at several sparsities over several seeds. */
@Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Trains every method at every sparsity with every seed and compares them in one table.",
      "Each is a run in a folder of its own; interrupted, the same command goes on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier compare --data glyphs --model lenet-300-100 --methods dense,set,rigl \\",
      "      --sparsities 0.9,0.95,0.98 --seeds 1..3 --epochs 5",
      "  espalier compare sweep.yaml --json",
      "%nA sweep file has the keys recipe, methods, sparsities and seeds:%n",
      "  recipe: {data: {name: fashion-mnist}, model: lenet-300-100, duration: 15ep}",
      "  methods: [dense, {name: rigl, distribution: erk}]",
      "  sparsities: [0.9, 0.98]",
      "  seeds: 1..3"
    })
final class CompareCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "SWEEP", description = "Sweep file, YAML.")
  private @Nullable Path file;

  @Option(names = "--data", paramLabel = "NAME", description = "Data set.")
  private @Nullable String data;

  @Option(names = "--model", paramLabel = "NAME", description = "Architecture.")
  private @Nullable String model;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "NAME",
      description = "Methods, separated by commas.")
  private @Nullable List<String> methods;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "S",
      description = "Sparsities, 0 < S < 1, separated by commas.")
  private @Nullable List<Double> sparsities;

  @Option(
      names = "--seeds",
      paramLabel = "SEEDS",
      description = "Seeds such as 1..3 or 1,2,5; otherwise 1..3.")
  private @Nullable String seeds;

  @Option(
      names = "--out",
      defaultValue = "runs/compare",
      paramLabel = "DIR",
      description = "Folder for the runs and the report; by default ${DEFAULT-VALUE}.")
  private Path out;

  @Mixin private RecipeOptions recipe;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    var sweep = UsageException.checking(this::sweep);
    var common = UsageException.checking(() -> recipe.onto(common(sweep)));
    var cells = UsageException.checking(() -> sweep.cells(common));
    var runs = new SweepRuns(cells, out, tuning, output);
    var first = cells.getFirst().recipe();
    var comparison =
        runs.make(first.data().name() + ", " + first.model(), RecipeDraft.write(first));
    output.text("");
    output.text(table(comparison).toString());
    output.text("");
    output.text("report: " + runs.report());
    output.result(SweepRuns.figures(comparison));
  }

  /** The sweep of the file, if there is one, with the options over it. */
  private Sweep sweep() {
    if (file == null && methods == null) {
      throw new UsageException("compare: expected a sweep file or --methods");
    }
    var base =
        file == null ? new Sweep(Map.of(), List.of("dense"), List.of(), "1..3") : Sweep.read(file);
    return new Sweep(
        base.recipe(),
        methods == null ? base.methods() : List.copyOf(methods),
        sparsities == null ? base.sparsities() : sparsities,
        seeds == null ? base.seeds() : seeds);
  }

  private RecipeDraft common(Sweep sweep) {
    var draft = sweep.common();
    draft = data == null ? draft : draft.set("data.name", data);
    return model == null ? draft : draft.set("model", model);
  }

  private static Table table(Comparison comparison) {
    var table = new Table("method", "sparsity", "test accuracy, %", "ms per step", "memory");
    for (var cell : comparison.cells()) {
      table.row(
          cell.method(),
          cell.sparsity() > 0 ? String.valueOf(cell.sparsity()) : "–",
          cell.testAccuracy().percent(),
          String.format(Locale.ROOT, "%.2f", cell.stepMillis()),
          Quantity.bytes(cell.parameterBytes()));
    }
    return table;
  }
}
