package org.espalier.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.app.cli.Table;
import org.espalier.app.report.Quantity;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.parameter.Block;
import org.jspecify.annotations.Nullable;

/** The races of one model against one opponent, for people. */
final class StepReport {
  private StepReport() {}

  /** A heading, the times, and the bytes. */
  static String of(List<StepRow> rows, Machine machine) {
    return String.join("\n", heading(rows.getFirst(), machine), times(rows), bytes(rows));
  }

  private static String heading(StepRow row, Machine machine) {
    var layouts =
        row.layoutMs().entrySet().stream()
            .map(it -> String.format(Locale.ROOT, "%s %.2f ms", it.getKey(), it.getValue()))
            .collect(Collectors.joining(", "));
    return "%s on %s, batch %d, %s masks%s, %d thread(s), against %s%s%n%s"
        .formatted(
            row.model(),
            row.input(),
            row.batch(),
            row.distribution(),
            row.block().equals(Block.SINGLE.toString()) ? "" : " in blocks of " + row.block(),
            row.threads(),
            row.opponent(),
            layouts.isEmpty() ? "" : " (" + layouts + ")",
            machine);
  }

  private static String times(List<StepRow> rows) {
    var first = rows.getFirst();
    var table =
        new Table(
            "sparsity",
            "non-zeros",
            first.opponent() + " ms",
            first.name() + " ms",
            "of it rewiring",
            "speed-up",
            "95 % interval",
            "pairs");
    for (var row : rows) {
      var timing = row.race().timing();
      table.row(
          percent(row),
          String.format(Locale.ROOT, "%,d", row.nnz()),
          String.format(Locale.ROOT, "%.2f", timing.firstMs()),
          String.format(Locale.ROOT, "%.2f", timing.secondMs()),
          String.format(Locale.ROOT, "%.2f", row.race().rewiringMs()),
          String.format(Locale.ROOT, "%.2f×", timing.ratio()),
          String.format(Locale.ROOT, "%.2f to %.2f", timing.ratioLow(), timing.ratioHigh()),
          String.valueOf(timing.pairs()));
    }
    return table.toString();
  }

  private static String bytes(List<StepRow> rows) {
    var first = rows.getFirst();
    var table =
        new Table(
            "",
            "values",
            "gradients",
            "optimizer",
            "indices",
            "sum",
            "activations",
            "process, peak",
            "Java alone");
    table.row(cells(first.opponent(), first.theirs(), first.theirMemory()));
    for (var row : rows) {
      table.row(cells(row.name() + ", " + percent(row), row.ours(), row.ourMemory()));
    }
    return table.toString();
  }

  private static String percent(StepRow row) {
    return Quantity.shortPercent(row.sparsity());
  }

  private static String[] cells(String name, Footprint bytes, @Nullable ResidentMemory memory) {
    return new String[] {
      name,
      Quantity.bytes(bytes.values()),
      Quantity.bytes(bytes.gradients()),
      Quantity.bytes(bytes.optimizer()),
      Quantity.bytes(bytes.indices()),
      Quantity.bytes(bytes.parameters()),
      Quantity.bytes(bytes.activations()),
      memory == null ? "–" : Quantity.bytes(memory.peak()),
      memory == null ? "–" : Quantity.bytes(memory.base())
    };
  }
}
