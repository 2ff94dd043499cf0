package org.espalier.bench;

import java.util.Locale;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.UsageException;
import org.espalier.app.report.Quantity;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.methods.Methods;
import org.espalier.methods.TrainingPlan;
import org.espalier.methods.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A whole training step of one model, dense and sparse in turn. */
@Command(
    name = "step",
    description = "Times whole training steps of a model, dense and sparse in turn.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench step --model vgg-16-bn --batch 64 --sparsity 0.9",
      "  espalier bench step --model mlp:1024x1024x1024 --input 1x28x28 --batch 128 --sparsity 0.95"
          + " --json"
    })
final class StepBenchCommand implements Runnable {
  @Mixin private Output output;

  @Option(
      names = "--model",
      defaultValue = "vgg-16-bn",
      description = "Model, see 'espalier models' (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--input",
      defaultValue = "3x32x32",
      description = "Shape of a sample (default: ${DEFAULT-VALUE}).")
  private String input;

  @Option(
      names = "--classes",
      defaultValue = "10",
      description = "Classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Samples per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--sparsity",
      defaultValue = "0.9",
      description = "Fraction of absent weights (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--distribution",
      defaultValue = "uniform",
      description =
          "Layerwise distribution: uniform, or erk, which keeps more of the operations (default:"
              + " ${DEFAULT-VALUE}).")
  private String distribution;

  @Option(names = "--threads", description = "Threads (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Time to measure for, after warm-up (default: ${DEFAULT-VALUE}).")
  private double seconds;

  /** What one comparison found; bytes by purpose on both sides. */
  record Result(
      String model,
      int batch,
      double sparsity,
      String distribution,
      int threads,
      String vectors,
      long nnz,
      double denseMs,
      double sparseMs,
      double ratio,
      double ratioLow,
      double ratioHigh,
      int pairs,
      Footprint denseBytes,
      Footprint sparseBytes,
      double parameterBytesRatio) {}

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--classes", classes);
    UsageException.requireAtLeast(1, "--batch", batch);
    UsageException.requireAtLeast(1, "--threads", threads);
    Inputs.requireTime(seconds);
    var network = UsageException.checking(() -> Models.named(model, Inputs.shape(input), classes));
    var topologies = UsageException.checking(() -> topologies(network));
    try (var dense = new TrainingStep(network, Map.of(), batch, threads);
        var sparse = new TrainingStep(network, topologies, batch, threads)) {
      var timing = PairedTiming.compare(dense, sparse, 5, seconds);
      var result =
          new Result(
              model,
              batch,
              sparsity,
              distribution,
              threads,
              Kernels.best().name(),
              sparse.nonZeros(),
              timing.firstMs(),
              timing.secondMs(),
              timing.ratio(),
              timing.ratioLow(),
              timing.ratioHigh(),
              timing.pairs(),
              dense.footprint(),
              sparse.footprint(),
              dense.footprint().parameters() / (double) sparse.footprint().parameters());
      print(result);
      output.result(result);
    }
  }

  private Map<String, Topology> topologies(Network network) {
    var settings =
        new Settings("method", Map.of("sparsity", sparsity, "distribution", distribution));
    return Methods.named("static-random")
        .create(settings)
        .prepare(network, new TrainingPlan(1, 1), new Randoms(1))
        .topologies();
  }

  private void print(Result result) {
    output.text(
        String.format(
            Locale.ROOT,
            "%s, batch %d, %.4g %% sparse (%s), %d thread(s), %s",
            result.model(),
            result.batch(),
            100 * result.sparsity(),
            result.distribution(),
            result.threads(),
            result.vectors()));
    output.text(
        new Table("", "ms/step", "values", "gradients", "optimizer", "indices", "activations")
            .row(cells("dense", result.denseMs(), result.denseBytes()))
            .row(cells("sparse", result.sparseMs(), result.sparseBytes()))
            .toString());
    output.text(
        String.format(
            Locale.ROOT,
            "%.2f× faster (95 %%: %.2f to %.2f, %d pairs), %.2f× less parameter memory, %,d"
                + " non-zeros",
            result.ratio(),
            result.ratioLow(),
            result.ratioHigh(),
            result.pairs(),
            result.parameterBytesRatio(),
            result.nnz()));
  }

  private static String[] cells(String name, double ms, Footprint bytes) {
    return new String[] {
      name,
      String.format(Locale.ROOT, "%.2f", ms),
      Quantity.bytes(bytes.values()),
      Quantity.bytes(bytes.gradients()),
      Quantity.bytes(bytes.optimizer()),
      Quantity.bytes(bytes.indices()),
      Quantity.bytes(bytes.activations())
    };
  }
}
