package org.espalier.app.report;

import java.util.List;
import java.util.Locale;
import org.espalier.app.inspect.Histogram;

/** A histogram: a bar per bin, the ends of the axis written out. */
record HistogramChart(String caption, Histogram histogram) {
  private static final double HEIGHT = 130;
  private static final double MARGIN = 10;
  private static final double BOTTOM = 22;

  String html() {
    return Chart.figure(caption, List.of("weights"), svg());
  }

  private String svg() {
    var counts = histogram.counts();
    var svg = new Svg(Chart.WIDTH, HEIGHT, caption);
    var base = HEIGHT - BOTTOM;
    var width = (Chart.WIDTH - 2 * MARGIN) / Math.max(1, counts.size());
    var bin = (histogram.high() - histogram.low()) / Math.max(1, counts.size());
    for (var i = 0; i < counts.size(); i++) {
      var height = (base - MARGIN) * counts.get(i) / Math.max(1, histogram.most());
      var low = histogram.low() + i * bin;
      svg.rect(
          "fill s0",
          MARGIN + i * width,
          base - height,
          width - 1,
          height,
          number(low) + " to " + number(low + bin) + ": " + Quantity.count(counts.get(i)));
    }
    svg.line("axis", MARGIN, base, Chart.WIDTH - MARGIN, base);
    svg.text("soft", MARGIN, base + 15, number(histogram.low()));
    svg.text("end soft", Chart.WIDTH - MARGIN, base + 15, number(histogram.high()));
    return svg.close();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
