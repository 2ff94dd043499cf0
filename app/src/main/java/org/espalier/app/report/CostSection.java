package org.espalier.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.espalier.engine.executor.Footprint;

/** What a run cost in memory and time, beside the dense network. */
final class CostSection {
  private static final List<String> PURPOSES =
      List.of("values", "gradients", "optimizer", "indices", "activations");

  /** The first of them follow the non-zeros. */
  private static final int PARAMETER_PURPOSES = 4;

  private CostSection() {}

  static String html(RunSummary run) {
    var pieces = new ArrayList<String>();
    var held = run.figures().memory("");
    var dense = run.figures().memory("dense_");
    if (held.isPresent() && dense.isPresent()) {
      pieces.add(memoryChart(held.get(), dense.get()));
    }
    var time = timeChart(run);
    if (!time.empty()) {
      pieces.add(time.html());
    }
    var tables = costTable(run, held, dense);
    return Html.section("Time and memory", Html.grid(pieces), tables);
  }

  /** Without activations: they do not follow the non-zeros, and would often hide what does. */
  private static String memoryChart(Footprint held, Footprint dense) {
    var most = (double) Math.max(held.parameters(), dense.parameters());
    return new BarChart(
            "Memory of the parameters",
            PURPOSES.subList(0, PARAMETER_PURPOSES),
            List.of(memoryRow("this run", held), memoryRow("dense", dense)),
            true,
            Unit.bytes(most),
            Quantity.unitOf(most))
        .html();
  }

  private static BarChart.Row memoryRow(String name, Footprint bytes) {
    return new BarChart.Row(
        name, values(bytes).subList(0, PARAMETER_PURPOSES), Quantity.bytes(bytes.parameters()));
  }

  private static List<Double> values(Footprint bytes) {
    return List.of(
        (double) bytes.values(),
        (double) bytes.gradients(),
        (double) bytes.optimizer(),
        (double) bytes.indices(),
        (double) bytes.activations());
  }

  private static LineChart timeChart(RunSummary run) {
    var points = new ArrayList<LineChart.Point>();
    for (var epoch : run.epochs()) {
      var millis = epoch.measures().getOrDefault("step_ms", Double.NaN);
      points.add(new LineChart.Point(epoch.number(), millis, 0));
    }
    var series = new ArrayList<LineChart.Series>();
    series.add(LineChart.Series.curve("this run", points));
    run.number("dense_step_ms")
        .ifPresent(
            millis ->
                series.add(
                    LineChart.Series.level(
                        "dense%s, timed beside it".formatted(run.onEngine()), millis, 0)));
    return new LineChart(
        "Time per step in ms, median of each epoch",
        "epoch",
        Unit.COUNT,
        Unit.MILLIS,
        LineChart.Rise.FROM_ZERO,
        series);
  }

  private static String costTable(
      RunSummary run, Optional<Footprint> held, Optional<Footprint> dense) {
    var rows = new ArrayList<List<String>>();
    if (held.isPresent() && dense.isPresent()) {
      for (var i = 0; i < PURPOSES.size(); i++) {
        rows.add(bytes(PURPOSES.get(i), values(held.get()).get(i), values(dense.get()).get(i)));
      }
      rows.add(
          bytes(
              "all but activations",
              (double) held.get().parameters(),
              (double) dense.get().parameters()));
    }
    pair(rows, run, "step", "step_ms", "dense_step_ms", Quantity::millis);
    pair(
        rows,
        run,
        "FLOPs of one inference",
        "inference_flops",
        "dense_inference_flops",
        Quantity::scaled);
    run.number("train_flops_ratio")
        .ifPresent(
            ratio ->
                rows.add(
                    List.of(
                        "FLOPs of training",
                        Quantity.NONE,
                        Quantity.NONE,
                        Quantity.percent(ratio))));
    run.number("seconds_per_epoch")
        .ifPresent(seconds -> rows.add(alone("one epoch", Quantity.seconds(seconds))));
    run.number("seconds")
        .ifPresent(seconds -> rows.add(alone("all of training", Quantity.seconds(seconds))));
    return Html.table(List.of("", "this run", "dense", "ratio"), rows)
        + Html.note(
            "FLOPs: one multiplication or addition each, normalisation, pooling and mask updates"
                + " left out; training is one forward and two backward products.");
  }

  private static List<String> bytes(String name, double held, double dense) {
    return List.of(
        name,
        Quantity.bytes(held),
        Quantity.bytes(dense),
        dense == 0 ? Quantity.NONE : Quantity.percent(held / dense));
  }

  private static List<String> alone(String name, String value) {
    return List.of(name, value, Quantity.NONE, Quantity.NONE);
  }

  private static void pair(
      List<List<String>> rows,
      RunSummary run,
      String label,
      String held,
      String dense,
      DoubleFunction<String> text) {
    if (run.has(held, dense)) {
      var ours = run.number(held).orElseThrow();
      var theirs = run.number(dense).orElseThrow();
      rows.add(
          List.of(label, text.apply(ours), text.apply(theirs), Quantity.percent(ours / theirs)));
    } else if (run.has(held)) {
      rows.add(alone(label, text.apply(run.number(held).orElseThrow())));
    }
  }
}
