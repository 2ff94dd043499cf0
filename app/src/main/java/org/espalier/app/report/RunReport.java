package org.espalier.app.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The report of one run: a page that shows what was reached, what it cost, and how to repeat it.
 */
public final class RunReport {
  private final RunSummary run;

  private RunReport(RunSummary run) {
    this.run = run;
  }

  /** Writes the page aside and renames it to {@code target}. */
  public static void write(Path target, RunSummary run) {
    new RunReport(run).page().write(target);
  }

  Page page() {
    var title = "%s on %s, %s".formatted(run.text("method"), run.text("data"), run.text("model"));
    var subtitle =
        "Seed %s · %s epochs · run %s"
            .formatted(run.text("seed"), run.text("epochs"), run.text("run"));
    return new Page(
        title,
        subtitle,
        Tiles.of(run)
            + curves()
            + sparsity()
            + CostSection.html(run)
            + NetworkSection.html(run.network())
            + Html.section("Recipe", Html.verbatim(run.recipe()))
            + environment()
            + allFigures());
  }

  private String curves() {
    return charts(
        "Training",
        List.of(chart("Accuracy", Unit.PERCENT, "_accuracy"), chart("Loss", Unit.PLAIN, "_loss")),
        List.of());
  }

  private LineChart chart(String caption, Unit unit, String measure) {
    var series =
        Stream.of("test", "train", "validation").map(name -> series(name, name + measure)).toList();
    return new LineChart(caption, "epoch", Unit.COUNT, unit, LineChart.Rise.FITTING, series);
  }

  private String sparsity() {
    var explored =
        new LineChart(
            "Weights explored so far, R_s",
            "epoch",
            Unit.COUNT,
            Unit.PERCENT,
            LineChart.Rise.FITTING,
            List.of(series("all prunable layers", "r_s"), series("sparse layers", "r_s_sparse")));
    return charts("Sparsity", List.of(explored), density());
  }

  /** A section with the bars and with those curves that have points; none without both. */
  private static String charts(String heading, List<LineChart> curves, List<BarChart> bars) {
    var figures =
        Stream.concat(
                bars.stream().map(BarChart::html),
                curves.stream().filter(chart -> !chart.empty()).map(LineChart::html))
            .toList();
    return figures.isEmpty() ? "" : Html.section(heading, Html.grid(figures));
  }

  private LineChart.Series series(String name, String measure) {
    var points = new ArrayList<LineChart.Point>();
    for (var epoch : run.epochs()) {
      var value = epoch.measures().getOrDefault(measure, Double.NaN);
      points.add(new LineChart.Point(epoch.number(), value, 0));
    }
    return LineChart.Series.curve(name, points);
  }

  private List<BarChart> density() {
    var rows =
        run.layers().stream()
            .map(
                layer ->
                    new BarChart.Row(
                        layer.parameter().replaceFirst("\\.weight$", ""),
                        List.of(layer.requested(), layer.realised()),
                        Quantity.percent(layer.realised())))
            .toList();
    return rows.isEmpty()
        ? List.of()
        : List.of(
            new BarChart(
                "Density of each layer",
                List.of("requested", "realised"),
                rows,
                false,
                Unit.PERCENT,
                1));
  }

  private String environment() {
    var rows = new ArrayList<List<String>>();
    var names =
        List.of(
            List.of("espalier", "Espalier"),
            List.of("jdk", "JDK"),
            List.of("os", "System"),
            List.of("cpu", "Processor"),
            List.of("engine", "Engine"),
            List.of("device", "Device"),
            List.of("precision", "Precision"),
            List.of("vector_bits", "Vector width, bits"),
            List.of("threads", "Threads"),
            List.of("seed", "Seed"));
    for (var name : names) {
      if (run.figures().values().containsKey(name.getFirst())) {
        rows.add(List.of(name.getLast(), run.text(name.getFirst())));
      }
    }
    return Html.section("Environment", Html.wordTable(rows));
  }

  private String allFigures() {
    var rows = new ArrayList<List<String>>();
    run.figures()
        .values()
        .forEach(
            (name, value) -> {
              if (!(value instanceof Iterable)) {
                rows.add(List.of(name, String.valueOf(value)));
              }
            });
    return Html.section(
        "Figures", Html.details("All figures of result.json", Html.wordTable(rows)));
  }
}
