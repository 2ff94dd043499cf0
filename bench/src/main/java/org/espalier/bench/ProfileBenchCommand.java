package org.espalier.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.TuningOptions;
import org.espalier.bench.StepProfile.Place;
import org.espalier.bench.StepProfile.Spent;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Tuning;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Network;
import org.espalier.methods.Prepared;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the milliseconds of a training step, or of inference, go. */
@Command(
    name = "profile",
    description = {
      "Tells where the milliseconds of a sparse training step go, or those of inference.",
      "Waiting is what a part would be shorter, had its threads shared the work without a gap;"
          + " alone is what one thread did while the others had nothing to do."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench profile --model vgg-16-bn --batch 64 --sparsity 0.9",
      "  espalier bench profile --model resnet-20 --sparsity 0.98 --layers",
      "  espalier bench profile --model resnet-20 --batch 16 --inference"
    })
final class ProfileBenchCommand implements Runnable {
  private static final int MOST_STEPS = 20_000;

  @Mixin private Output output;

  @Mixin private TuningOptions tuning;

  @Mixin private Workload workload;

  @Mixin private MaskOptions sparse;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Time to measure for, after warm-up (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--layers", description = "Tell the layers apart.")
  private boolean layers;

  @Option(
      names = "--inference",
      description = "Inference, batch normalisation folded, instead of a training step.")
  private boolean inference;

  /**
   * A part of the step.
   *
   * @param node empty for all nodes together
   */
  record Row(String node, String work, double ms, double share, double waitingMs, double aloneMs) {}

  record Result(
      String model,
      String input,
      int batch,
      boolean inference,
      double sparsity,
      String distribution,
      String block,
      int threads,
      double stepMs,
      int steps,
      List<Row> parts,
      String vectors,
      String jdk,
      String cpu,
      Map<String, String> versions) {}

  @Override
  public void run() {
    Inputs.requireTime(seconds);
    var network = workload.network();
    var masks = sparse.masks(network);
    var machine = Machine.here();
    var result = inference ? inference(network, masks, machine) : training(network, masks, machine);
    print(result, machine);
    output.result(result);
  }

  private Result training(Network network, Prepared masks, Machine machine) {
    var profile = new StepProfile(network, workload.threads(), System::nanoTime);
    var found = tuning.tuning(output, output::text);
    var engine = new CpuEngine(Kernels.best(), profile, found);
    try (var step =
        new TrainingStep(engine, network, masks, workload.batch(), workload.threads())) {
      return measure(step, profile, found, machine);
    }
  }

  private Result inference(Network network, Prepared masks, Machine machine) {
    var profile = new StepProfile(network, workload.threads(), System::nanoTime);
    var found = tuning.tuning(output, output::text);
    var weights = RandomModel.trained(network, masks.topologies());
    var batch = RandomModel.batch(network, workload.batch());
    var engine = new CpuEngine(Kernels.best(), profile, found);
    try (var ours = new EngineInference(engine, network, weights, batch, workload.threads())) {
      return measure(ours::run, profile, found, machine);
    }
  }

  /** Warms it up and measures. */
  private Result measure(Runnable step, StepProfile profile, Tuning found, Machine machine) {
    Warmup.tune(step, found);
    Warmup.steady(PairedTiming.clocked(step), Warmup.patience(seconds));
    profile.take();
    var steps = new ArrayList<Map<Place, Spent>>();
    var end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      step.run();
      steps.add(profile.take());
    } while (System.nanoTime() < end && steps.size() < MOST_STEPS);
    steps.sort(Comparator.comparingLong(ProfileBenchCommand::total));
    var usual = middle(steps);
    var sums = new LinkedHashMap<Place, Spent>();
    for (var parts : usual) {
      parts.forEach((at, spent) -> sums.computeIfAbsent(place(at), _ -> new Spent()).add(spent));
    }
    var rows = new ArrayList<Row>();
    sums.forEach((at, spent) -> rows.add(row(at, spent, usual.size(), total(sums))));
    if (!layers) {
      rows.sort(Comparator.comparingDouble(Row::ms).reversed());
    }
    return new Result(
        workload.model(),
        workload.input(),
        workload.batch(),
        inference,
        sparse.sparsity(),
        sparse.distribution(),
        sparse.block(),
        workload.threads(),
        1e-6 * total(sums) / usual.size(),
        usual.size(),
        rows,
        machine.vectors(),
        machine.jdk(),
        machine.cpu(),
        machine.versions());
  }

  private static long total(Map<Place, Spent> parts) {
    return parts.values().stream().mapToLong(Spent::total).sum();
  }

  /** The middle half of a sorted list: what happens to a step now and then is none of its parts. */
  static <T> List<T> middle(List<T> sorted) {
    return sorted.subList(sorted.size() / 4, sorted.size() - sorted.size() / 4);
  }

  private Place place(Place at) {
    return layers ? at : new Place("", at.work());
  }

  private static Row row(Place at, Spent spent, int steps, long total) {
    var scale = 1e-6 / steps;
    return new Row(
        at.node(),
        at.work().title(),
        scale * spent.total(),
        spent.total() / (double) total,
        scale * spent.waiting(),
        scale * spent.alone());
  }

  private void print(Result result, Machine machine) {
    output.text(
        String.format(
            Locale.ROOT,
            "%s on %s, batch %d, %.4g %% sparse (%s, blocks of %s), %d thread(s): %.2f ms per %s,"
                + " mean of the middle %d%n%s",
            result.model(),
            result.input(),
            result.batch(),
            100 * result.sparsity(),
            result.distribution(),
            result.block(),
            result.threads(),
            result.stepMs(),
            result.inference() ? "inference" : "training step",
            result.steps(),
            machine));
    var table =
        layers
            ? new Table("layer", "part", "ms", "share", "waiting ms", "alone ms")
            : new Table("part", "ms", "share", "waiting ms", "alone ms");
    for (var row : result.parts()) {
      var cells = new ArrayList<String>();
      if (layers) {
        cells.add(row.node());
      }
      cells.add(row.work());
      cells.add(String.format(Locale.ROOT, "%.3f", row.ms()));
      cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * row.share()));
      cells.add(String.format(Locale.ROOT, "%.3f", row.waitingMs()));
      cells.add(String.format(Locale.ROOT, "%.3f", row.aloneMs()));
      table.row(cells.toArray(String[]::new));
    }
    output.text(table.toString());
  }
}
