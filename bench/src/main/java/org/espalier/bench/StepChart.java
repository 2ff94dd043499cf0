package org.espalier.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.espalier.app.report.SpeedUpChart;
import org.espalier.engine.files.DurableFile;

/** Speed-up against sparsity, one curve for each model and opponent. */
final class StepChart {
  private StepChart() {}

  /** Draws what was measured into a file. */
  static void write(Path file, List<StepRow> rows) {
    DurableFile.write(file, svg(rows));
  }

  static String svg(List<StepRow> rows) {
    var opponents = rows.stream().map(StepRow::opponent).distinct().toList();
    var groups =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> name(row, opponents.size() > 1),
                    LinkedHashMap::new,
                    Collectors.toList()));
    var curves = new ArrayList<SpeedUpChart.Curve>();
    groups.forEach((name, group) -> curves.add(curve(name, group)));
    var caption = "Training step: how many times faster than dense";
    return SpeedUpChart.svg(caption, rival(opponents), curves);
  }

  private static String rival(List<String> opponents) {
    return opponents.stream()
        .map(it -> it.equals(Opponent.DENSE) ? "dense" : "dense in " + it)
        .collect(Collectors.joining(", "));
  }

  private static String name(StepRow row, boolean several) {
    return "%s, batch %d%s"
        .formatted(row.model(), row.batch(), several ? " against " + row.opponent() : "");
  }

  private static SpeedUpChart.Curve curve(String name, List<StepRow> rows) {
    var ascending = rows.stream().sorted(Comparator.comparingDouble(StepRow::sparsity)).toList();
    var breakEven =
        BreakEven.of(
            ascending.stream()
                .map(row -> new BreakEven.Point(row.sparsity(), row.race().timing().ratio()))
                .toList());
    var points = ascending.stream().map(row -> point(row.sparsity(), row.race().timing())).toList();
    return new SpeedUpChart.Curve(
        name,
        points,
        breakEven.bound() == BreakEven.Bound.WITHIN
            ? OptionalDouble.of(breakEven.sparsity())
            : OptionalDouble.empty());
  }

  private static SpeedUpChart.Point point(double sparsity, PairedTiming.Result timing) {
    return new SpeedUpChart.Point(sparsity, timing.ratio(), timing.ratioLow(), timing.ratioHigh());
  }
}
