package org.espalier.app.report;

import java.util.Locale;

/**
 * Writes one SVG element tree for a page; colours and type come from classes of the page's style
 * sheet, so that the chart follows light, dark and print.
 */
final class Svg {
  /** What a page says elsewhere: type, and paper behind. */
  private static final String FILE_STYLE =
      """
      svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
      .caption { font-weight: 600; }
      .paper { fill: var(--paper); }
      """;

  private final StringBuilder out = new StringBuilder();

  Svg(double width, double height, String label) {
    out.append("<svg viewBox=\"0 0 ").append(number(width)).append(' ').append(number(height));
    out.append("\" role=\"img\" aria-label=\"").append(Html.escape(label)).append("\">\n");
  }

  /** A drawing that is a file of its own and brings the style sheet of the pages with it. */
  static Svg file(double width, double height, String label) {
    var svg = new Svg(width, height, label);
    svg.out.insert("<svg".length(), " xmlns=\"http://www.w3.org/2000/svg\"");
    svg.out.append("<style>").append(Page.style()).append(FILE_STYLE).append("</style>\n");
    return svg.element("rect", "paper", "width", number(width), "height", number(height));
  }

  /** What follows lies this far down, up to {@link #closeBelow}. */
  Svg below(double distance) {
    out.append("<g transform=\"translate(0 ").append(number(distance)).append(")\">\n");
    return this;
  }

  Svg closeBelow() {
    out.append("</g>\n");
    return this;
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    return element(
        "line", style, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
  }

  Svg path(String style, String data) {
    return element("path", style, "d", data);
  }

  Svg rect(String style, double x, double y, double width, double height, String title) {
    return titled(
        "rect",
        style,
        title,
        "x",
        number(x),
        "y",
        number(y),
        "width",
        number(Math.max(0, width)),
        "height",
        number(height));
  }

  Svg circle(String style, double x, double y, double radius, String title) {
    return titled("circle", style, title, "cx", number(x), "cy", number(y), "r", number(radius));
  }

  Svg text(String style, double x, double y, String text) {
    open("text", style, "x", number(x), "y", number(y));
    out.append('>').append(Html.escape(text)).append("</text>\n");
    return this;
  }

  /** The finished element. */
  String close() {
    return out.append("</svg>\n").toString();
  }

  static String number(double value) {
    var text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private Svg element(String name, String style, String... attributes) {
    open(name, style, attributes);
    out.append("/>\n");
    return this;
  }

  private Svg titled(String name, String style, String title, String... attributes) {
    open(name, style, attributes);
    out.append("><title>").append(Html.escape(title)).append("</title></");
    out.append(name).append(">\n");
    return this;
  }

  private void open(String name, String style, String... attributes) {
    out.append('<').append(name).append(" class=\"").append(style).append('"');
    for (var i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(attributes[i + 1]).append('"');
    }
  }
}
