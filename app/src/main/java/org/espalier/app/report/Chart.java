package org.espalier.app.report;

import java.util.List;

/** What all charts share: the figure around them and their legend. */
final class Chart {
  static final double WIDTH = 460;

  private Chart() {}

  /** Class of the n-th series; the style sheet has six. */
  static String series(int index) {
    return "s" + index % 6;
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
