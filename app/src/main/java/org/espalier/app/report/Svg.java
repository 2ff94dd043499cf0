package org.espalier.app.report;

import java.util.Locale;

/**
 * Writes one SVG element tree for a page; colours and type come from classes of the page's style
 * sheet, so that the chart follows light, dark and print.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  Svg(double width, double height, String label) {
    out.append("<svg viewBox=\"0 0 ").append(number(width)).append(' ').append(number(height));
    out.append("\" role=\"img\" aria-label=\"").append(Html.escape(label)).append("\">\n");
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
