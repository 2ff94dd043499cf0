package org.espalier.app.report;

import java.util.List;

/** What all charts share: the figure around them and their legend. */
final class Chart {
  static final double WIDTH = 460;
  private static final double MARGIN = 14;
  private static final double TOP = 10;
  private static final double CAPTION = 24;
  private static final double LEGEND = 17;
  private static final double KEY = 11;

  private Chart() {}

  /** Class of the n-th series; the style sheet has eight. */
  static String series(int index) {
    return "s" + index % 8;
  }

  /** Height of caption and legend over a drawing in a file of its own. */
  static double heading(List<String> names) {
    return TOP + CAPTION + (names.size() > 1 ? names.size() * LEGEND : 0);
  }

  /** Caption and legend, which in a page are text. */
  static void heading(Svg svg, String caption, List<String> names) {
    svg.text("caption", MARGIN, TOP + CAPTION - 8, caption);
    for (var i = 0; names.size() > 1 && i < names.size(); i++) {
      var y = TOP + CAPTION + i * LEGEND;
      svg.rect("fill " + series(i), MARGIN, y, KEY, KEY, names.get(i));
      svg.text("soft", MARGIN + KEY + 6, y + KEY - 1, names.get(i));
    }
  }

  /** A drawing with caption and legend; a single series needs none. */
  static String figure(String caption, List<String> names, String svg) {
    var out = new StringBuilder("<figure>\n<figcaption>");
    out.append(Html.escape(caption)).append("</figcaption>\n");
    if (names.size() > 1) {
      out.append("<ul class=\"legend\">");
      for (var i = 0; i < names.size(); i++) {
        out.append("<li><span class=\"key ").append(series(i)).append("\"></span>");
        out.append(Html.escape(names.get(i))).append("</li>");
      }
      out.append("</ul>\n");
    }
    return out.append(svg).append("</figure>\n").toString();
  }
}
