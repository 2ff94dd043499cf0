package org.espalier.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.TuningOptions;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Models;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sparse inference beside dense inference by other programs. */
@Command(
    name = "inference",
    description = {
      "Times inference by a sparse model and, in turn, by the same model with all weights dense in"
          + " other programs, with the same threads in the same process.",
      "Batch normalisation is folded on both sides; all sides must first agree on the logits."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench inference --model vgg-16-bn --batch 1,16,64 --sparsity 0.9",
      "  espalier bench inference --model resnet-20 --against torch,onnxruntime --json"
    })
final class InferenceBenchCommand implements Runnable {
  @Mixin private Output output;

  @Mixin private TuningOptions tuning;

  @Mixin private MaskOptions sparse;

  @Option(
      names = "--model",
      defaultValue = "vgg-16-bn",
      description = "Model, see 'espalier models' (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--input",
      description = "Shape of a sample (default: 1x28x28 for mlp and lenet models, else 3x32x32).")
  private @Nullable String input;

  @Option(
      names = "--classes",
      defaultValue = "10",
      description = "Classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "64",
      description = "Samples at a time, one or a list (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--against",
      split = ",",
      defaultValue = "onnxruntime",
      description =
          "Rivals: onnxruntime, torch, cpu (our own dense kernels) (default: ${DEFAULT-VALUE}).")
  private List<String> rivals;

  @Option(names = "--threads", description = "Threads of each side (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description =
          "Seconds to measure each pair for, once it is warm (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--classes", classes);
    UsageException.requireAtLeast(1, "--threads", threads);
    batches.forEach(batch -> UsageException.requireAtLeast(1, "--batch", batch));
    Inputs.requireTime(seconds);
    Rivals.requireKnown(rivals);
    var shape = input == null ? Inputs.usual(model) : input;
    var network = UsageException.checking(() -> Models.named(model, Inputs.shape(shape), classes));
    var found = tuning.tuning(output, output::text);
    var race = new InferenceRace(network, sparse.masks(network).topologies(), threads, found);
    var machine = Machine.here();
    output.text(
        String.format(
            Locale.ROOT,
            "%s on %s, %.4g %% sparse (%s, blocks of %s), %,d non-zeros, %d thread(s)%n%s",
            model,
            shape,
            100 * sparse.sparsity(),
            sparse.distribution(),
            sparse.block(),
            race.nonZeros(),
            threads,
            machine));
    var rows = new ArrayList<Map<String, Object>>();
    for (var batch : batches) {
      var outcome = race.run(rivals, batch, seconds);
      print(batch, outcome);
      var row = new LinkedHashMap<String, Object>();
      row.put("model", model);
      row.put("input", shape);
      row.put("batch", batch);
      row.put("sparsity", sparse.sparsity());
      row.put("distribution", sparse.distribution());
      row.put("block", sparse.block());
      row.put("threads", threads);
      row.put("nnz", race.nonZeros());
      put(row, outcome);
      row.putAll(machine.json());
      rows.add(row);
    }
    output.result(rows.size() == 1 ? rows.getFirst() : Map.of("rows", rows));
  }

  /** {@code ratio} and our own time are those of the laps against the fastest rival. */
  private static void put(Map<String, Object> row, InferenceRace.Outcome outcome) {
    var fastest = outcome.laps().getFirst();
    row.put("espalier_ms", fastest.timing().secondMs());
    row.put("espalier_min_ms", fastest.timing().secondMinMs());
    row.put("fastest_rival", fastest.rival());
    putRatio(row, "", fastest);
    row.put("pairs", fastest.timing().pairs());
    for (var lap : outcome.laps()) {
      row.put(lap.rival() + "_ms", lap.timing().firstMs());
      row.put(lap.rival() + "_min_ms", lap.timing().firstMinMs());
      if (!lap.layout().isEmpty()) {
        row.put(lap.rival() + "_layout", lap.layout());
      }
      putRatio(row, lap.rival() + "_", lap);
      row.put(lap.rival() + "_error", lap.error());
    }
    row.put("left_out", outcome.leftOut());
  }

  private static void putRatio(Map<String, Object> row, String prefix, InferenceRace.Lap lap) {
    row.put(prefix + "ratio", lap.timing().ratio());
    row.put(prefix + "ratio_low", lap.timing().ratioLow());
    row.put(prefix + "ratio_high", lap.timing().ratioHigh());
  }

  private void print(int batch, InferenceRace.Outcome outcome) {
    var table =
        new Table(
            "batch " + batch, "ms", "fastest", "ours, ms", "fastest", "speed-up", "95 %", "pairs");
    for (var lap : outcome.laps()) {
      var timing = lap.timing();
      table.row(
          lap.rival() + ", dense" + (lap.layout().isEmpty() ? "" : ", " + lap.layout()),
          String.format(Locale.ROOT, "%.3f", timing.firstMs()),
          String.format(Locale.ROOT, "%.3f", timing.firstMinMs()),
          String.format(Locale.ROOT, "%.3f", timing.secondMs()),
          String.format(Locale.ROOT, "%.3f", timing.secondMinMs()),
          String.format(Locale.ROOT, "%.2f ×", timing.ratio()),
          String.format(Locale.ROOT, "%.2f to %.2f", timing.ratioLow(), timing.ratioHigh()),
          String.valueOf(timing.pairs()));
    }
    output.text(table.toString());
    outcome.leftOut().forEach(reason -> output.text("left out: " + reason));
  }
}
