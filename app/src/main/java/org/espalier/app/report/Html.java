package org.espalier.app.report;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Pieces of HTML; whatever is text is escaped here. */
final class Html {
  private static final String TABLE = "<div class=\"scroll\" tabindex=\"0\">";

  private Html() {}

  /** Text for an element or a quoted attribute of HTML or SVG. */
  static String escape(String text) {
    var escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(allowed(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  /** Control characters have no place in HTML, escaped or not. */
  private static boolean allowed(int c) {
    return (c >= ' ' && (c < 0x7F || c > 0x9F)) || c == '\n' || c == '\t';
  }

  /** A heading with what belongs to it. */
  static String section(String heading, String... content) {
    return "<section>\n<h2>"
        + escape(heading)
        + "</h2>\n"
        + String.join("\n", content)
        + "\n</section>\n";
  }

  /** A remark in small. */
  static String note(String text) {
    return "<p class=\"note\">" + escape(text) + "</p>\n";
  }

  /** Text as it stands, line by line. */
  static String verbatim(String text) {
    return "<pre tabindex=\"0\">" + escape(text) + "</pre>\n";
  }

  /** Pieces side by side where the page is wide enough. */
  static String grid(List<String> pieces) {
    return "<div class=\"grid\">\n" + String.join("\n", pieces) + "</div>\n";
  }

  /**
   * A table whose first column holds names and whose other cells are numbers, to the right; it
   * scrolls by itself where it is too wide.
   */
  static String table(List<String> header, Collection<List<String>> rows) {
    return table("", header, rows);
  }

  /** The same with sums in the last row. */
  static String tableWithSums(List<String> header, Collection<List<String>> rows) {
    return table("sums", header, rows);
  }

  private static String table(String style, List<String> header, Collection<List<String>> rows) {
    return TABLE
        + "<table class=\""
        + style
        + "\">\n<thead>"
        + row("th scope=\"col\"", "th", header)
        + "</thead>\n<tbody>\n"
        + rows.stream().map(row -> row("td", "td", row)).collect(Collectors.joining())
        + "</tbody>\n</table></div>\n";
  }

  /** A table of names and texts, without header. */
  static String wordTable(Collection<List<String>> rows) {
    return TABLE
        + "<table class=\"words\">\n<tbody>\n"
        + rows.stream().map(row -> row("td", "td", row)).collect(Collectors.joining())
        + "</tbody>\n</table></div>\n";
  }

  /** Content that opens on demand. */
  static String details(String summary, String content) {
    return "<details><summary>" + escape(summary) + "</summary>\n" + content + "</details>\n";
  }

  private static String row(String open, String close, List<String> cells) {
    return cells.stream()
        .map(cell -> "<" + open + ">" + escape(cell) + "</" + close + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }
}
