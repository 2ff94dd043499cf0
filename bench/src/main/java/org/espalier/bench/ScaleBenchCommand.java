package org.espalier.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.UsageException;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.Median;
import org.espalier.data.batch.Augmentation;
import org.espalier.data.batch.ChannelStatistics;
import org.espalier.data.batch.TrainingBatches;
import org.espalier.data.glyphs.Glyphs;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Trainer;
import org.espalier.engine.training.TrainingHook;
import org.espalier.engine.training.TrainingListener;
import org.espalier.engine.training.TrainingSetup;
import org.espalier.methods.Methods;
import org.espalier.methods.TrainingPlan;
import org.espalier.methods.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** More than a million hidden neurons on one machine: width costs memory only where weights are. */
@Command(
    name = "scale",
    description =
        "Trains a network of a million hidden neurons on glyphs and reports the memory it took.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench scale --json",
      "  espalier bench scale --model mlp:100000x100000 --nnz 5000000 --steps 50"
    })
final class ScaleBenchCommand implements Runnable {
  /** The last layer sums over a hundred thousand neurons: steps must be that much smaller. */
  private static final double LEARNING_RATE = 1e-4;

  @Mixin private Output output;

  @Option(
      names = "--model",
      defaultValue = "mlp:500000x500000",
      description = "Model (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--nnz",
      defaultValue = "20000000",
      description = "Active weights, shared by ERK (default: ${DEFAULT-VALUE}).")
  private long nonZeros;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Samples per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "40",
      description = "Training steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(names = "--threads", description = "Threads (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * What training took.
   *
   * @param denseParameterBytes of the same network with all its weights, computed, not allocated
   * @param peakResidentBytes of the whole process, Java included; −1 where the system does not tell
   */
  record Result(
      String model,
      long hiddenNeurons,
      long nnz,
      double density,
      int batch,
      int threads,
      double setupSeconds,
      double stepMs,
      double firstLoss,
      double lastLoss,
      Footprint bytes,
      double denseParameterBytes,
      long peakResidentBytes) {}

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--steps", steps);
    UsageException.requireAtLeast(1, "--threads", threads);
    var started = System.nanoTime();
    var data = Glyphs.dataset();
    UsageException.requireWithin(1, data.train().size(), "--batch", batch);
    var network =
        UsageException.checking(() -> Models.named(model, data.shape(), data.classes().size()));
    var randoms = new Randoms(1);
    var parameters = UsageException.checking(() -> parameters(network, randoms));
    var optimizer = new Sgd(0.9, true, new WeightDecay(1e-4));
    try (var executor =
            new CpuEngine()
                .compile(
                    network,
                    parameters,
                    new Loss.CrossEntropy(0),
                    new Engine.Options(batch, threads, 1, true));
        var batches =
            new TrainingBatches(
                data.train(),
                data.shape(),
                ChannelStatistics.measured(data.train(), data.shape()),
                Augmentation.NONE,
                batch,
                randoms)) {
      var setup =
          new TrainingSetup(
              executor,
              batches,
              optimizer,
              new LearningRate.Constant(LEARNING_RATE),
              TrainingHook.NONE,
              steps);
      var setupSeconds = (System.nanoTime() - started) / 1e9;
      report(network, executor, train(setup), setupSeconds);
    }
  }

  private Parameters parameters(Network network, Randoms randoms) {
    var settings = new Settings("method", Map.of("nnz", nonZeros, "distribution", "erk"));
    var topologies =
        Methods.named("static-random")
            .create(settings)
            .prepare(network, new TrainingPlan(steps, steps), randoms)
            .topologies();
    var parameters = Parameters.of(network, topologies);
    // Neurons have about ten inputs each: scaled by what they really have, signals keep their size.
    new Initialiser(
            Initialiser.Weights.KAIMING_NORMAL, Initialiser.Biases.ZEROS, Initialiser.FanIn.LAYER)
        .initialise(parameters, randoms);
    return parameters;
  }

  /** Losses and milliseconds of every step. */
  private record Steps(List<Double> losses, double[] milliseconds) {}

  private Steps train(TrainingSetup setup) {
    var trainer = new Trainer(setup, TrainingListener.NONE);
    var losses = new ArrayList<Double>();
    var milliseconds = new double[steps];
    for (var step = 0; step < steps; step++) {
      var start = System.nanoTime();
      trainer.iterate();
      milliseconds[step] = (System.nanoTime() - start) / 1e6;
      losses.add(trainer.loss());
      output.text(
          String.format(
              Locale.ROOT,
              "step %d of %d, loss %.4f, %.0f ms",
              step + 1,
              steps,
              trainer.loss(),
              milliseconds[step]));
    }
    return new Steps(losses, milliseconds);
  }

  private void report(Network network, Executor executor, Steps trained, double setupSeconds) {
    var specs = network.prunable();
    var nnz = specs.stream().mapToLong(executor.parameters()::nonZeros).sum();
    var all = specs.stream().mapToDouble(spec -> (double) spec.rows() * spec.columns()).sum();
    var hidden =
        specs.subList(0, specs.size() - 1).stream().mapToLong(spec -> spec.outputs()).sum();
    var steady = Arrays.copyOfRange(trained.milliseconds(), steps / 4, steps);
    var result =
        new Result(
            model,
            hidden,
            nnz,
            nnz / all,
            batch,
            threads,
            setupSeconds,
            Median.of(steady),
            trained.losses().getFirst(),
            trained.losses().getLast(),
            executor.footprint(),
            12 * all,
            ResidentMemory.soFar().map(ResidentMemory::peak).orElse(-1L));
    print(result);
    output.result(result);
  }

  private static String resident(long bytes) {
    return bytes < 0 ? "unknown" : Quantity.bytes(bytes);
  }

  private void print(Result result) {
    output.text(
        new Table("", "")
            .row("hidden neurons", String.format(Locale.ROOT, "%,d", result.hiddenNeurons()))
            .row("non-zeros", String.format(Locale.ROOT, "%,d", result.nnz()))
            .row("density", String.format(Locale.ROOT, "%.3g", result.density()))
            .row("step", String.format(Locale.ROOT, "%.0f ms", result.stepMs()))
            .row(
                "loss",
                String.format(Locale.ROOT, "%.3f to %.3f", result.firstLoss(), result.lastLoss()))
            .row("parameter memory", Quantity.bytes(result.bytes().parameters()))
            .row("activation memory", Quantity.bytes(result.bytes().activations()))
            .row("the same network dense", Quantity.bytes(result.denseParameterBytes()))
            .row("peak resident memory", resident(result.peakResidentBytes()))
            .toString());
  }
}
