package org.espalier.app.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The report of a comparison: one chart, one table, the runs it is made of. */
public final class CompareReport {
  private final Comparison comparison;
  private final List<Double> sparsities;

  private CompareReport(Comparison comparison) {
    this.comparison = comparison;
    this.sparsities = comparison.sparsities();
  }

  /**
   * Writes the page aside and renames it to {@code target}.
   *
   * @param recipe of the first run, YAML
   */
  public static void write(Path target, String title, Comparison comparison, String recipe) {
    new CompareReport(comparison).page(title, recipe).write(target);
  }

  Page page(String title, String recipe) {
    var charts =
        Stream.of(accuracy(), time()).filter(chart -> !chart.empty()).map(LineChart::html).toList();
    return new Page(
        title,
        "%d runs; error bars and ± are the sample standard deviation over n seeds"
            .formatted(comparison.runs().size()),
        Html.section("Methods and sparsities", Html.grid(charts))
            + Html.section("Results", table())
            + Html.section("Recipe of the first run", Html.verbatim(recipe))
            + Html.section("Runs", Html.details("Every run by itself", runs())));
  }

  private LineChart accuracy() {
    return chart(
        "Test accuracy",
        Unit.PERCENT,
        LineChart.Rise.FITTING,
        cell -> cell.testAccuracy().mean(),
        cell -> cell.testAccuracy().deviation());
  }

  private LineChart time() {
    return chart(
        "Time per step in ms",
        Unit.MILLIS,
        LineChart.Rise.FROM_ZERO,
        Comparison.Cell::stepMillis,
        _ -> 0);
  }

  /** Sparsities stand at equal distances: the interesting ones crowd close to 1. */
  private LineChart chart(
      String caption,
      Unit unit,
      LineChart.Rise rise,
      ToDoubleFunction<Comparison.Cell> value,
      ToDoubleFunction<Comparison.Cell> error) {
    var series = new ArrayList<LineChart.Series>();
    comparison
        .methods()
        .forEach((method, cells) -> series.add(series(method, cells, value, error)));
    return new LineChart(
        caption, "sparsity", new Unit(this::sparsity, this::sparsity), unit, rise, series);
  }

  /** A dense network has no place on the axis: it is a level right across. */
  private LineChart.Series series(
      String method,
      List<Comparison.Cell> cells,
      ToDoubleFunction<Comparison.Cell> value,
      ToDoubleFunction<Comparison.Cell> error) {
    var first = cells.getFirst();
    if (cells.size() == 1 && first.sparsity() == 0) {
      return LineChart.Series.level(method, value.applyAsDouble(first), error.applyAsDouble(first));
    }
    var points = new ArrayList<LineChart.Point>();
    for (var cell : cells) {
      if (cell.sparsity() > 0) {
        points.add(
            new LineChart.Point(
                sparsities.indexOf(cell.sparsity()),
                value.applyAsDouble(cell),
                error.applyAsDouble(cell)));
      }
    }
    return LineChart.Series.curve(method, points);
  }

  private String sparsity(double place) {
    var index = (int) Math.rint(place);
    return index == place && index >= 0 && index < sparsities.size()
        ? Quantity.shortPercent(sparsities.get(index))
        : "";
  }

  private String table() {
    var rows =
        comparison.cells().stream()
            .map(
                cell ->
                    List.of(
                        cell.method(),
                        cell.sparsity() > 0
                            ? Quantity.shortPercent(cell.sparsity())
                            : Quantity.NONE,
                        cell.testAccuracy().percent(),
                        Quantity.millis(cell.stepMillis()),
                        Quantity.bytes(cell.parameterBytes())))
            .toList();
    return Html.table(
        List.of("method", "sparsity", "test accuracy, %", "time per step", "parameter memory"),
        rows);
  }

  private String runs() {
    var rows =
        comparison.runs().stream()
            .map(
                run ->
                    List.of(
                        run.run(),
                        run.method(),
                        run.sparsity() > 0 ? Quantity.shortPercent(run.sparsity()) : Quantity.NONE,
                        Long.toString(run.seed()),
                        Quantity.percent(run.testAccuracy()),
                        Quantity.millis(run.stepMillis())))
            .toList();
    return Html.table(
        List.of("run", "method", "sparsity", "seed", "test accuracy", "time per step"), rows);
  }
}
