package org.espalier.data.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.EspalierException;

/** Cells of one line, after RFC 4180; a quoted cell has to end on the line it begins on. */
final class CsvLine {
  private CsvLine() {}

  /** The cells of {@code line}, without the white space around them. */
  static List<String> split(Path file, int number, String line, char separator) {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    var quoted = false;
    for (var i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    if (quoted) {
      throw new EspalierException(
          "%s:%d: a quote is open at the end of the line, expected it to be closed"
              .formatted(file, number));
    }
    cells.add(cell.toString().strip());
    return cells;
  }
}
