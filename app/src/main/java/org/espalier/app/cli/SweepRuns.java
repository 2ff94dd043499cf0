package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.app.recipe.Mappers;
import org.espalier.app.recipe.Sweep;
import org.espalier.app.report.CompareReport;
import org.espalier.app.report.Comparison;
import org.espalier.app.run.FolderLock;
import org.espalier.app.run.RunFolder;
import org.espalier.app.run.RunResult;
import org.espalier.data.Dataset;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runs of a sweep one after the other, each in a folder of its own, and keeps table and
 * report up to date; a run that is finished is not made again, one that was interrupted goes on.
 */
final class SweepRuns {
  private final List<Sweep.Cell> cells;
  private final Path out;
  private final Training training;
  private final Output output;
  private final List<Comparison.Measured> measured = new ArrayList<>();
  private @Nullable Dataset data;
  private long dataSeed;

  SweepRuns(List<Sweep.Cell> cells, Path out, TuningOptions tuning, Output output) {
    this.cells = cells;
    this.out = out;
    this.training = new Training(output, tuning);
    this.output = output;
  }

  /**
   * All runs, in the order of the sweep.
   *
   * @throws EspalierException if another process makes a sweep in the same folder
   */
  Comparison make(String title, String firstRecipe) {
    for (var cell : cells) {
      Training.requireStartable(cell.recipe(), folder(cell), true);
    }
    try (var _ = FolderLock.of(out)) {
      return makeAll(title, firstRecipe);
    }
  }

  private Comparison makeAll(String title, String firstRecipe) {
    for (var cell : cells) {
      output.text("run %d of %d: %s".formatted(measured.size() + 1, cells.size(), name(cell)));
      measured.add(measured(cell, result(cell)));
      var comparison = new Comparison(measured);
      CompareReport.write(report(), title, comparison, firstRecipe);
      DurableFile.write(
          out.resolve("compare.json"),
          Mappers.PRETTY_JSON.writeValueAsString(figures(comparison)) + "\n");
    }
    return new Comparison(measured);
  }

  Path report() {
    return out.resolve("compare.html");
  }

  private static String name(Sweep.Cell cell) {
    return cell.method()
        + (cell.sparsity() > 0 ? ", sparsity " + cell.sparsity() : "")
        + ", seed "
        + cell.recipe().seed();
  }

  private RunFolder folder(Sweep.Cell cell) {
    return new RunFolder(out.resolve(cell.recipe().folderName()));
  }

  private RunResult result(Sweep.Cell cell) {
    var folder = folder(cell);
    return folder.finished()
        ? RunResult.read(folder)
        : training.resume(training.plan(cell.recipe(), data(cell)), folder);
  }

  /** The samples; kept for the next run of the same seed, on which drawn ones depend. */
  private Dataset data(Sweep.Cell cell) {
    var seed = cell.recipe().seed();
    if (data == null || dataSeed != seed) {
      data = training.load(cell.recipe());
      dataSeed = seed;
    }
    return data;
  }

  private Comparison.Measured measured(Sweep.Cell cell, RunResult result) {
    return new Comparison.Measured(
        cell.method(),
        cell.sparsity(),
        cell.recipe().seed(),
        result.number("test_accuracy"),
        result.number("step_ms"),
        result.memory("").parameters(),
        folder(cell).toString());
  }

  /** The comparison for machines. */
  static Map<String, Object> figures(Comparison comparison) {
    var cells = new ArrayList<Map<String, Object>>();
    for (var cell : comparison.cells()) {
      var keys = new LinkedHashMap<String, Object>();
      keys.put("method", cell.method());
      keys.put("sparsity", cell.sparsity());
      keys.put("seeds", cell.testAccuracy().count());
      keys.put("test_accuracy_mean", cell.testAccuracy().mean());
      keys.put("test_accuracy_std", cell.testAccuracy().deviation());
      keys.put("step_ms", cell.stepMillis());
      keys.put("memory_bytes", cell.parameterBytes());
      keys.put("runs", cell.runs().stream().map(Comparison.Measured::run).toList());
      cells.add(keys);
    }
    return Map.of("cells", cells);
  }
}
