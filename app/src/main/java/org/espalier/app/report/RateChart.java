package org.espalier.app.report;

import java.util.ArrayList;
import java.util.List;

/** What a number of bits per weight buys: an SVG file. */
public final class RateChart {
  private static final String BITS = "bits per weight";

  private RateChart() {}

  /** A measured or computed point. */
  public record Point(double bits, double value) {}

  /** A coder at several rates, which ascend. */
  public record Curve(String name, List<Point> points) {}

  /** Mean error, in units of the mean magnitude, by bits. */
  public static String distortion(String caption, List<Curve> curves) {
    return new LineChart(
            caption, BITS, Unit.PLAIN, Unit.PLAIN, LineChart.Rise.FROM_ZERO, series(curves))
        .file();
  }

  /**
   * Accuracy by bits.
   *
   * @param whole accuracy of the weights as they were, drawn right across
   */
  public static String accuracy(String caption, double whole, List<Curve> curves) {
    var series = new ArrayList<>(series(curves));
    series.add(LineChart.Series.level("32-bit floats", whole, 0));
    return new LineChart(caption, BITS, Unit.PLAIN, Unit.PERCENT, LineChart.Rise.FITTING, series)
        .file();
  }

  private static List<LineChart.Series> series(List<Curve> curves) {
    return curves.stream()
        .map(
            curve ->
                LineChart.Series.curve(
                    curve.name(),
                    curve.points().stream()
                        .map(point -> new LineChart.Point(point.bits(), point.value(), 0))
                        .toList()))
        .toList();
  }
}
