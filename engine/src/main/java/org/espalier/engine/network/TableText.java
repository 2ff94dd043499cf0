package org.espalier.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.espalier.engine.network.NetworkTable.Row;

/** Lays a network's table out for a terminal of some width. */
final class TableText {
  private static final int GAP = 2;
  private static final int SHORTEST_NAME = 8;

  /** The columns from left to right; those of a higher rank go first when room is short. */
  private static final List<Column> COLUMNS =
      List.of(
          new Column("name", 0, false, Row::name),
          new Column("layer", 3, false, Row::layer),
          new Column("output", 4, false, Row::output),
          new Column("parameters", 2, true, row -> count(row.parameters())),
          new Column("nnz", 0, true, row -> row.weights() == 0 ? "" : count(row.nonZeros())),
          new Column("density", 0, true, TableText::density),
          new Column("FLOPs dense", 6, true, row -> scaled(row.cost().denseFlops())),
          new Column("sparse", 5, true, row -> scaled(row.cost().sparseFlops())),
          new Column("bytes", 1, true, row -> scaled((double) row.bytes())));

  private TableText() {}

  private record Column(String header, int rank, boolean number, Function<Row, String> cell) {
    int width(NetworkTable table) {
      var width = Math.max(header.length(), cell.apply(table.total()).length());
      for (var row : table.rows()) {
        width = Math.max(width, cell.apply(row).length());
      }
      return width;
    }

    String padded(String text, int width) {
      var blanks = " ".repeat(width - text.length());
      return number ? blanks + text : text + blanks;
    }
  }

  static String render(NetworkTable table, int limit) {
    var columns = new ArrayList<>(COLUMNS);
    while (width(columns, table) > limit && columns.stream().anyMatch(c -> c.rank() > 0)) {
      var least = columns.stream().mapToInt(Column::rank).max().getAsInt();
      columns.removeIf(column -> column.rank() == least);
    }
    var over = Math.max(0, width(columns, table) - limit);
    var widths = columns.stream().mapToInt(column -> column.width(table)).toArray();
    widths[0] = Math.max(SHORTEST_NAME, widths[0] - over);

    var lines = new ArrayList<String>();
    lines.add(line(columns, widths, Column::header));
    for (var row : table.rows()) {
      lines.add(line(columns, widths, column -> column.cell().apply(row)));
    }
    lines.add(line(columns, widths, column -> column.cell().apply(table.total())));
    return String.join("\n", lines) + "\n";
  }

  private static int width(List<Column> columns, NetworkTable table) {
    return columns.stream().mapToInt(column -> column.width(table) + GAP).sum() - GAP;
  }

  private static String line(List<Column> columns, int[] widths, Function<Column, String> text) {
    var cells = new ArrayList<String>();
    for (var c = 0; c < widths.length; c++) {
      var column = columns.get(c);
      cells.add(column.padded(shortened(text.apply(column), widths[c]), widths[c]));
    }
    return String.join(" ".repeat(GAP), cells).stripTrailing();
  }

  /** Keeps both ends, which tell layers of one stage apart. */
  private static String shortened(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    var head = (width - 1) / 2;
    return text.substring(0, head) + "…" + text.substring(text.length() - (width - 1 - head));
  }

  private static String count(long count) {
    return count == 0 ? "" : String.format(Locale.ROOT, "%,d", count);
  }

  /** Four digits; a network with a millionth of its weights is not one with none. */
  private static String density(Row row) {
    if (row.weights() == 0) {
      return "";
    }
    var plain = row.nonZeros() == 0 || row.density() >= 0.001;
    return String.format(Locale.ROOT, plain ? "%.4f" : "%.1e", row.density());
  }

  /** Three or four digits and a power of a thousand. */
  private static String scaled(double value) {
    if (value == 0) {
      return "";
    }
    var units = " kMGTPE";
    var power = 0;
    while (value >= 999.95 && power < units.length() - 1) {
      value /= 1000;
      power++;
    }
    return power == 0
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f %c", value, units.charAt(power));
  }
}
