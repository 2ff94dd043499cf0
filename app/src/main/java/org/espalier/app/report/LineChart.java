package org.espalier.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Curves over a common x axis, with error bars where the points have them; every point tells its
 * values when pointed at.
 *
 * @param xTitle what the x axis counts
 */
record LineChart(String caption, String xTitle, Unit x, Unit y, Rise rise, List<Series> series) {
  private static final double HEIGHT = 250;
  private static final double LEFT = 56;
  private static final double RIGHT = 22;
  private static final double TOP = 10;
  private static final double BOTTOM = 40;
  private static final double CAP = 4;

  /** Up to here every point is marked. */
  private static final int FEW = 40;

  /** How the y axis goes up. */
  enum Rise {
    /** From the least value to the largest. */
    FITTING,
    /** From zero, as it should where one value is compared with another. */
    FROM_ZERO,
    /** By powers of two, where the values are ratios, all above 0. */
    DOUBLING
  }

  /** A measured value that lies between {@code low} and {@code high}. */
  record Point(double x, double y, double low, double high) {

    /** {@code error} reaches as far up as down, 0 for none. */
    Point(double x, double y, double error) {
      this(x, y, y - error, y + error);
    }

    private String text(Unit unit) {
      var value = unit.value().apply(y);
      if (high == low) {
        return value;
      }
      return Math.abs(high - y - (y - low)) < 1e-9 * (high - low)
          ? value + " ± " + unit.value().apply(y - low)
          : value + ", " + unit.value().apply(low) + " to " + unit.value().apply(high);
    }
  }

  /**
   * One curve.
   *
   * @param level whether it is a single value that holds for every x, drawn right across
   */
  record Series(String name, List<Point> points, boolean level) {
    Series {
      points = points.stream().filter(point -> Double.isFinite(point.y())).toList();
    }

    static Series curve(String name, List<Point> points) {
      return new Series(name, points, false);
    }

    static Series level(String name, double y, double error) {
      return new Series(name, List.of(new Point(Double.NaN, y, error)), true);
    }
  }

  LineChart {
    series = series.stream().filter(it -> !it.points().isEmpty()).toList();
  }

  boolean empty() {
    return series.isEmpty();
  }

  String html() {
    var svg = new Svg(Chart.WIDTH, HEIGHT, caption);
    draw(svg);
    return Chart.figure(caption, names(), svg.close());
  }

  /** A file of its own, with caption and legend. */
  String file() {
    var svg = Svg.file(Chart.WIDTH, HEIGHT + Chart.heading(names()), caption);
    Chart.heading(svg, caption, names());
    svg.below(Chart.heading(names()));
    draw(svg);
    return svg.closeBelow().close();
  }

  private List<String> names() {
    return series.stream().map(Series::name).toList();
  }

  private void draw(Svg svg) {
    var horizontal =
        Scale.whole(
            places().min().orElse(0), places().max().orElse(1), 7, LEFT, Chart.WIDTH - RIGHT);
    var vertical = vertical();
    axes(svg, horizontal, vertical);
    for (var i = 0; i < series.size(); i++) {
      curve(svg, Chart.series(i), series.get(i), horizontal, vertical);
    }
    for (var i = 0; i < series.size(); i++) {
      points(svg, Chart.series(i), series.get(i), horizontal, vertical);
    }
  }

  private Axis vertical() {
    var least = points(Point::low).min().orElse(0);
    var most = points(Point::high).max().orElse(1);
    var bottom = HEIGHT - BOTTOM;
    return switch (rise) {
      case FITTING -> Scale.covering(least, most, 5, bottom, TOP);
      case FROM_ZERO -> Scale.covering(Math.min(0, least), most, 5, bottom, TOP);
      case DOUBLING -> DoublingScale.covering(least, most, bottom, TOP);
    };
  }

  private DoubleStream places() {
    return points(Point::x).filter(Double::isFinite);
  }

  private DoubleStream points(ToDoubleFunction<Point> value) {
    return series.stream().flatMap(it -> it.points().stream()).mapToDouble(value);
  }

  private void axes(Svg svg, Axis horizontal, Axis vertical) {
    var right = Chart.WIDTH - RIGHT;
    var bottom = HEIGHT - BOTTOM;
    for (var tick : vertical.ticks()) {
      svg.line("rule", LEFT, vertical.pixel(tick), right, vertical.pixel(tick));
      svg.text("end", LEFT - 6, vertical.pixel(tick) + 4, y.tick().apply(tick));
    }
    for (var tick : horizontal.ticks()) {
      var text = x.tick().apply(tick);
      if (!text.isEmpty()) {
        svg.line("axis", horizontal.pixel(tick), bottom, horizontal.pixel(tick), bottom + 4);
        svg.text("mid", horizontal.pixel(tick), bottom + 17, text);
      }
    }
    svg.line("axis", LEFT, bottom, right, bottom);
    svg.text("mid soft", (LEFT + right) / 2, HEIGHT - 6, xTitle);
  }

  private static void curve(Svg svg, String style, Series series, Axis across, Axis up) {
    var path = new ArrayList<String>();
    for (var point : series.points()) {
      var height = Svg.number(up.pixel(point.y()));
      path.add(
          series.level()
              ? "M" + Svg.number(across.from()) + " " + height + "H" + Svg.number(across.to())
              : (path.isEmpty() ? "M" : "L") + Svg.number(across.pixel(point.x())) + " " + height);
    }
    svg.path("curve " + style, String.join(" ", path));
  }

  private void points(Svg svg, String style, Series series, Axis across, Axis up) {
    var few = series.points().size() <= FEW;
    for (var point : series.points()) {
      var px = series.level() ? across.to() : across.pixel(point.x());
      if (point.high() > point.low()) {
        error(svg, "bar " + style, px, up.pixel(point.high()), up.pixel(point.low()));
      }
      var mark = few ? "mark " : "mark hidden ";
      svg.circle(mark + style, px, up.pixel(point.y()), few ? 3 : 5, title(series, point));
    }
  }

  private static void error(Svg svg, String style, double x, double top, double bottom) {
    svg.line(style, x, top, x, bottom);
    svg.line(style, x - CAP, top, x + CAP, top);
    svg.line(style, x - CAP, bottom, x + CAP, bottom);
  }

  private String title(Series series, Point point) {
    var value = point.text(y);
    return series.level()
        ? series.name() + ": " + value
        : "%s: %s at %s %s".formatted(series.name(), value, xTitle, x.value().apply(point.x()));
  }
}
