package org.espalier.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.TuningOptions;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A whole training step of a model, sparse and dense in turn. */
@Command(
    name = "step",
    description = {
      "Times whole training steps of a model, sparse and, in turn, dense: forward, backward and"
          + " optimizer on a batch in memory, with the same threads in the same process.",
      "A sparse step includes a hundredth of an update of the topology, which RigL makes once in a"
          + " hundred steps."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench step --model vgg-16-bn --batch 64 --sparsity 0.9",
      "  espalier bench step --model mlp:1024x1024x1024 --batch 128 --sparsity 0.95 --json",
      "  espalier bench step --model vgg-16-bn,resnet-20 --sparsity 0.5,0.8,0.9,0.95,0.98 --chart"
          + " speed-up.svg"
    })
final class StepBenchCommand implements Runnable {
  @Mixin private Output output;

  @Mixin private TuningOptions tuning;

  @Mixin private BlockOption block;

  @Option(
      names = "--model",
      split = ",",
      defaultValue = "vgg-16-bn",
      description = "One or more models, see 'espalier models' (default: ${DEFAULT-VALUE}).")
  private List<String> models;

  @Option(
      names = "--input",
      split = ",",
      description =
          "Shape of a sample, of all models or one for each (default: 1x28x28 for mlp and lenet"
              + " models, else 3x32x32).")
  private List<String> inputs = List.of();

  @Option(
      names = "--classes",
      defaultValue = "10",
      description = "Classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "64",
      description = "Samples per step, of all models or one for each (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--sparsity",
      split = ",",
      defaultValue = "0.9",
      description = "Fractions of absent weights, one or more (default: ${DEFAULT-VALUE}).")
  private List<Double> sparsities;

  @Option(
      names = "--distribution",
      description =
          "Layerwise distribution: uniform, or erk, which keeps more of the operations (default:"
              + " erk against torch, else uniform).")
  private @Nullable String distribution;

  @Option(
      names = "--against",
      split = ",",
      defaultValue = Opponent.DENSE,
      description =
          "Who runs the dense network: dense (our own kernels), torch (libtorch) (default:"
              + " ${DEFAULT-VALUE}).")
  private List<String> opponents;

  @Option(names = "--threads", description = "Threads of each side (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Time to measure each pair for, after warm-up (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--memory",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether to run each side in a process of its own too, for its peak memory.")
  private boolean memory;

  @Option(
      names = "--chart",
      paramLabel = "FILE.svg",
      description = "Draw speed-up against sparsity; takes two sparsities or more.")
  private @Nullable Path chart;

  /** A model with the samples it takes. */
  private record Entry(String model, String input, int batch, Network network) {}

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--classes", classes);
    UsageException.requireAtLeast(1, "--threads", threads);
    batches.forEach(batch -> UsageException.requireAtLeast(1, "--batch", batch));
    Inputs.requireTime(seconds);
    Opponent.requireKnown(opponents);
    if (chart != null && sparsities.size() < 2) {
      throw new UsageException("--chart: expected two sparsities or more");
    }
    var entries = entries();
    entries.forEach(this::requireMasks);
    var machine = Machine.here();
    var rows = new ArrayList<StepRow>();
    for (var entry : entries) {
      opponents.forEach(opponent -> rows.addAll(race(entry, opponent, machine)));
    }
    if (chart != null) {
      StepChart.write(chart, rows);
      output.text("drawn in " + chart);
    }
    var json = rows.stream().map(row -> row.json(machine)).toList();
    output.result(json.size() == 1 ? json.getFirst() : Map.of("rows", json));
  }

  private List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    for (var i = 0; i < models.size(); i++) {
      var model = models.get(i);
      var input =
          inputs.isEmpty()
              ? Inputs.usual(model)
              : Inputs.each("--input", inputs, models.size()).get(i);
      var batch = Inputs.each("--batch", batches, models.size()).get(i);
      var network =
          UsageException.checking(() -> Models.named(model, Inputs.shape(input), classes));
      entries.add(new Entry(model, input, batch, network));
    }
    return entries;
  }

  /** Refuses what cannot be drawn before anything is measured. */
  private void requireMasks(Entry entry) {
    for (var opponent : opponents) {
      for (var sparsity : sparsities) {
        UsageException.checking(
            () -> Masks.of(entry.network(), sparsity, distribution(opponent), block.text()));
      }
    }
  }

  private List<StepRow> race(Entry entry, String name, Machine machine) {
    var rows = new ArrayList<StepRow>();
    try (var opponent = Opponent.of(name, entry.network(), entry.batch(), threads, seconds)) {
      var theirs = memory ? resident(entry, opponent.name(), opponent.layout(), 0) : null;
      for (var sparsity : sparsities) {
        rows.add(row(entry, opponent, sparsity, theirs));
      }
    }
    output.text(StepReport.of(rows, machine));
    return rows;
  }

  private StepRow row(
      Entry entry, Opponent opponent, double sparsity, @Nullable ResidentMemory theirs) {
    var distribution = distribution(opponent.name());
    var masks = Masks.of(entry.network(), sparsity, distribution, block.text());
    var found = tuning.tuning(output, output::text);
    var engine = new CpuEngine().tuned(found);
    try (var step = new TrainingStep(engine, entry.network(), masks, entry.batch(), threads)) {
      Warmup.tune(step, found);
      return new StepRow(
          entry.model(),
          entry.input(),
          entry.batch(),
          sparsity,
          distribution,
          block.text(),
          threads,
          step.nonZeros(),
          StepRace.run(opponent.step(), step, seconds),
          opponent.name(),
          opponent.layout(),
          opponent.layoutMs(),
          step.footprint(),
          opponent.step().footprint(),
          memory ? resident(entry, StepProcess.Side.OURS, "", sparsity) : null,
          theirs);
    }
  }

  private String distribution(String opponent) {
    if (distribution != null) {
      return distribution;
    }
    return opponent.equals(Opponent.DENSE) ? "uniform" : "erk";
  }

  private @Nullable ResidentMemory resident(
      Entry entry, String opponent, String layout, double sparsity) {
    var side =
        new StepProcess.Side(
            opponent,
            layout,
            entry.model(),
            entry.input(),
            classes,
            entry.batch(),
            sparsity,
            distribution(opponent),
            block.text(),
            threads);
    try {
      return ResidentMemory.ofProcess(side);
    } catch (EspalierException e) {
      output.err().println("espalier: " + e.getMessage());
      output.err().flush();
      return null;
    }
  }
}
