package org.espalier.app.report;

import java.util.List;

/**
 * Horizontal bars in named rows: one above the other in each row, or end to end when stacked; the
 * axis begins at zero.
 *
 * @param parts names of the bars of a row
 * @param step values of which the axis shows round multiples: 1, or a unit such as 1024
 */
record BarChart(
    String caption, List<String> parts, List<Row> rows, boolean stacked, Unit unit, double step) {
  private static final double BAR = 9;
  private static final double GAP = 9;
  private static final double TOP = 4;
  private static final double BOTTOM = 24;
  private static final double RIGHT = 76;
  private static final double CHARACTER = 6.6;
  private static final int LONGEST_NAME = 24;

  /** One value per part; {@code note} stands at the end of the bars. */
  record Row(String name, List<Double> values, String note) {
    Row {
      values = List.copyOf(values);
    }

    double sum() {
      return values.stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  String html() {
    return Chart.figure(caption, parts, svg());
  }

  private String svg() {
    var longest = rows.stream().mapToInt(row -> shortened(row.name()).length()).max().orElse(0);
    var left = 10 + CHARACTER * longest;
    var scale = Scale.inUnits(step, most(), 4, left, Chart.WIDTH - RIGHT);
    var pitch = GAP + BAR * (stacked ? 2 : parts.size());
    var height = TOP + pitch * rows.size() + BOTTOM;
    var svg = new Svg(Chart.WIDTH, height, caption);
    for (var tick : scale.ticks()) {
      svg.line("rule", scale.pixel(tick), TOP, scale.pixel(tick), height - BOTTOM);
      svg.text("mid", scale.pixel(tick), height - BOTTOM + 15, unit.tick().apply(tick));
    }
    for (var i = 0; i < rows.size(); i++) {
      bars(svg, rows.get(i), scale, TOP + GAP / 2 + i * pitch);
    }
    return svg.close();
  }

  private double most() {
    return rows.stream()
        .mapToDouble(
            row ->
                stacked
                    ? row.sum()
                    : row.values().stream().mapToDouble(Double::doubleValue).max().orElse(0))
        .max()
        .orElse(1);
  }

  private void bars(Svg svg, Row row, Scale scale, double top) {
    var start = 0.0;
    var end = 0.0;
    for (var part = 0; part < parts.size(); part++) {
      var value = row.values().get(part);
      var y = stacked ? top : top + part * BAR;
      svg.rect(
          "fill " + Chart.series(part),
          scale.pixel(start),
          y,
          scale.pixel(start + value) - scale.pixel(start),
          stacked ? 2 * BAR : BAR - 1,
          row.name() + ", " + parts.get(part) + ": " + unit.value().apply(value));
      end = Math.max(end, start + value);
      start += stacked ? value : 0;
    }
    var middle = top + (stacked ? BAR : BAR * parts.size() / 2) + 4;
    svg.text("end", scale.pixel(0) - 6, middle, shortened(row.name()));
    svg.text("soft", scale.pixel(end) + 5, middle, row.note());
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME
        ? name
        : "…" + name.substring(name.length() - LONGEST_NAME + 1);
  }
}
