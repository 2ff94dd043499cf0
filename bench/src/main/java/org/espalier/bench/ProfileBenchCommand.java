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
import org.espalier.app.cli.UsageException;
import org.espalier.bench.StepProfile.Place;
import org.espalier.bench.StepProfile.Spent;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.kernels.Kernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the milliseconds of a training step go. */
@Command(
    name = "profile",
    description = {
      "Tells where the milliseconds of a sparse training step go.",
      "Waiting is what a part would be shorter, had its threads shared the work without a gap;"
          + " alone is what one thread did while the others had nothing to do."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench profile --model vgg-16-bn --batch 64 --sparsity 0.9",
      "  espalier bench profile --model resnet-20 --sparsity 0.98 --layers"
    })
final class ProfileBenchCommand implements Runnable {
  private static final int MOST_STEPS = 20_000;

  @Mixin private Output output;

  @Mixin private TuningOptions tuning;

  @Mixin private Workload workload;

  @Option(
      names = "--sparsity",
      defaultValue = "0.9",
      description = "Fraction of absent weights (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--distribution",
      defaultValue = "erk",
      description = "Layerwise distribution: erk or uniform (default: ${DEFAULT-VALUE}).")
  private String distribution;

  @Option(
      names = "--block",
      defaultValue = "1x1",
      description =
          "Blocks of weights, outputs by inputs of 1, 2 or 4 each, such as 2x1 (default:"
              + " ${DEFAULT-VALUE}).")
  private String block;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Time to measure for, after warm-up (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--layers", description = "Tell the layers apart.")
  private boolean layers;

  /**
   * A part of the step.
   *
   * @param node empty for all nodes together
   */
  record Row(String node, String work, double ms, double share, double waitingMs, double aloneMs) {}

  record Result(
      String model,
      int batch,
      double sparsity,
      String distribution,
      String block,
      int threads,
      String vectors,
      double stepMs,
      int steps,
      List<Row> parts) {}

  @Override
  public void run() {
    Inputs.requireTime(seconds);
    var network = workload.network();
    var batch = workload.batch();
    var threads = workload.threads();
    var masks = UsageException.checking(() -> Masks.of(network, sparsity, distribution, block));
    var profile = new StepProfile(network, threads, System::nanoTime);
    var found = tuning.tuning(output, output::text);
    var engine = new CpuEngine(Kernels.best(), profile, found);
    try (var step = new TrainingStep(engine, network, masks, batch, threads)) {
      Warmup.tune(() -> step(step, profile), found);
      Warmup.steady(PairedTiming.clocked(() -> step(step, profile)));
      var result = measure(step, profile);
      print(result);
      output.result(result);
    }
  }

  /** A step, by what its time went to. */
  private static Map<Place, Spent> step(TrainingStep step, StepProfile profile) {
    step.backpropagate();
    profile.beginUpdate();
    step.update();
    return profile.take();
  }

  private Result measure(TrainingStep step, StepProfile profile) {
    var steps = new ArrayList<Map<Place, Spent>>();
    var end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      steps.add(step(step, profile));
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
        workload.batch(),
        sparsity,
        distribution,
        block,
        workload.threads(),
        Kernels.best().name(),
        1e-6 * total(sums) / usual.size(),
        usual.size(),
        rows);
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

  private void print(Result result) {
    output.text(
        String.format(
            Locale.ROOT,
            "%s, batch %d, %.4g %% sparse (%s, blocks of %s), %d thread(s), %s: %.2f ms per step,"
                + " mean of the middle %d",
            result.model(),
            result.batch(),
            100 * result.sparsity(),
            result.distribution(),
            result.block(),
            result.threads(),
            result.vectors(),
            result.stepMs(),
            result.steps()));
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
