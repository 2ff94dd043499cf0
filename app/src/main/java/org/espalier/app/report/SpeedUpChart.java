package org.espalier.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** How much faster sparse networks are than their dense twins, by sparsity: an SVG file. */
public final class SpeedUpChart {
  private static final Unit PERCENT =
      new Unit(value -> Quantity.shortest(value) + " %", value -> Quantity.shortest(value) + " %");
  private static final Unit TIMES = new Unit(Quantity::times, v -> Quantity.shortest(v) + "×");

  private SpeedUpChart() {}

  /**
   * A speed-up that was measured.
   *
   * @param sparsity from 0 to 1
   * @param ratio of the times, dense to sparse, which lies between {@code low} and {@code high}
   */
  public record Point(double sparsity, double ratio, double low, double high) {}

  /**
   * A network at several sparsities.
   *
   * @param breakEven sparsity at which it is as fast as its dense twin, if that was between two
   */
  public record Curve(String name, List<Point> points, OptionalDouble breakEven) {}

  /**
   * The drawing, readable on light and dark paper; break-evens are dots on the line at 1×.
   *
   * @param rival name of that line
   */
  public static String svg(String caption, String rival, List<Curve> curves) {
    var series = new ArrayList<LineChart.Series>();
    curves.forEach(curve -> series.add(series(curve)));
    series.add(LineChart.Series.level(rival + ": 1×", 1, 0));
    return new LineChart(caption, "absent weights", PERCENT, TIMES, LineChart.Rise.DOUBLING, series)
        .file();
  }

  private static LineChart.Series series(Curve curve) {
    var points = new ArrayList<LineChart.Point>();
    for (var point : curve.points()) {
      points.add(
          new LineChart.Point(100 * point.sparsity(), point.ratio(), point.low(), point.high()));
    }
    curve.breakEven().ifPresent(sparsity -> points.add(new LineChart.Point(100 * sparsity, 1, 0)));
    points.sort(Comparator.comparingDouble(LineChart.Point::x));
    var name = curve.name();
    if (curve.breakEven().isPresent()) {
      name += ", break-even at " + Quantity.shortPercent(round(curve.breakEven().getAsDouble()));
    }
    return LineChart.Series.curve(name, points);
  }

  private static double round(double sparsity) {
    return Math.round(1000 * sparsity) / 1000.0;
  }
}
