package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.TuningOptions;
import org.espalier.app.cli.UsageException;
import org.espalier.app.report.Quantity;
import org.espalier.engine.parameter.Block;
import org.espalier.torch.TorchEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every product of a model, dense and at several sparsities. */
@Command(
    name = "layers",
    description = {
      "Times every linear layer and convolution of a model alone, forward and both gradients:"
          + " dense, and sparse by our kernels, in turn.",
      "Tells from which sparsity on sparse is faster; layers alike are measured once."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench layers --model vgg-16-bn --batch 64 --against torch",
      "  espalier bench layers --model resnet-20 --sparsity 0.5,0.9 --json"
    })
final class LayersBenchCommand implements Runnable {
  @Mixin private Output output;

  @Mixin private TuningOptions tuning;

  @Mixin private Workload workload;

  @Mixin private BlockOption block;

  @Option(
      names = "--sparsity",
      split = ",",
      defaultValue = "0.5,0.8,0.9,0.95,0.98",
      description = "Fractions of absent weights, ascending (default: ${DEFAULT-VALUE}).")
  private List<Double> sparsities;

  @Option(
      names = "--against",
      defaultValue = Opponent.DENSE,
      description =
          "Who computes the dense layer: dense (our own kernels), torch (libtorch) (default:"
              + " ${DEFAULT-VALUE}).")
  private String opponent;

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "Time to measure each pair for, after warm-up (default: ${DEFAULT-VALUE}).")
  private double seconds;

  /** All layers, with what they were measured on. */
  private record Result(
      String model,
      String input,
      int batch,
      int threads,
      String against,
      String block,
      List<LayerRow> layers,
      String vectors,
      String jdk,
      String cpu,
      Map<String, String> versions) {}

  @Override
  public void run() {
    Inputs.requireTime(seconds);
    Opponent.requireKnown(List.of(opponent));
    UsageException.checking(() -> Block.parse(block.text()));
    requireAscending();
    var network = workload.network();
    if (opponent.equals(TorchEngine.NAME)) {
      TorchLayer.requireLibrary(TorchEngine.Layout.NCHW);
    }
    var race =
        new LayerRace(
            opponent,
            workload.batch(),
            workload.threads(),
            block.text(),
            seconds,
            tuning.tuning(output, output::text));
    var rows = new ArrayList<LayerRow>();
    for (var layer : ProductLayer.of(network)) {
      rows.add(race.run(layer, sparsities));
    }
    var machine = Machine.here();
    print(rows, machine);
    output.result(
        new Result(
            workload.model(),
            workload.input(),
            workload.batch(),
            workload.threads(),
            opponent,
            block.text(),
            rows,
            machine.vectors(),
            machine.jdk(),
            machine.cpu(),
            machine.versions()));
  }

  private void requireAscending() {
    var last = 0.0;
    for (var sparsity : sparsities) {
      if (!(sparsity > last && sparsity < 1)) {
        throw new UsageException(
            "--sparsity " + sparsities + ": expected ascending fractions between 0 and 1");
      }
      last = sparsity;
    }
  }

  private void print(List<LayerRow> rows, Machine machine) {
    output.text(
        "%s on %s, batch %d, blocks of %s, %d thread(s), against %s; ms, and theirs over ours%n%s"
            .formatted(
                workload.model(),
                workload.input(),
                workload.batch(),
                block.text(),
                workload.threads(),
                opponent,
                machine));
    var header = new ArrayList<>(List.of("layer", "shape", opponent + " ms", "ours, dense"));
    sparsities.forEach(it -> header.add(Quantity.shortPercent(it)));
    header.addAll(List.of("break-even", "slower at"));
    var table = new Table(header.toArray(String[]::new));
    rows.forEach(row -> table.row(row.cells()));
    output.text(table.toString());
    if (rows.stream().anyMatch(LayerRow::disturbed)) {
      output.text(
          "* the opponent took a fifth more or less than in its column: the machine was disturbed");
    }
  }
}
