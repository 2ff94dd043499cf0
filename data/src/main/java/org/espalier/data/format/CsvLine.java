package org.espalier.data.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/**
 * One line of a CSV file.
 *
 * @param number from 1
 * @param cells without the white space around them
 */
public record CsvLine(Path file, int number, List<String> cells) {
  private static final String DECIMAL = "0123456789+-.eE";

  /** What programs write for numbers that are missing or too large. */
  private static final Pattern NOT_FINITE = Pattern.compile("(?i)[+-]?(nan|inf|infinity)");

  public CsvLine {
    cells = List.copyOf(cells);
  }

  /** Splits a line after RFC 4180; a quoted cell has to end on the line it begins on. */
  static CsvLine split(Path file, int number, String line, char separator) {
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
    return new CsvLine(file, number, cells);
  }

  /**
   * Whether the cell of a column, from 0, is a number, finite or not; otherwise a first line is a
   * header.
   */
  public boolean holdsNumber(int column) {
    var cell = cells.get(column);
    return !Float.isNaN(parse(cell)) || NOT_FINITE.matcher(cell).matches();
  }

  /**
   * The number in a column, from 0.
   *
   * @throws EspalierException if it is none, or not finite
   */
  public float number(int column) {
    var value = parse(cells.get(column));
    if (!Float.isFinite(value)) {
      throw new EspalierException(
          "%s:%d: column %d is '%s', expected a finite number"
              .formatted(file, number, column + 1, cells.get(column)));
    }
    return value;
  }

  private static float parse(String cell) {
    try {
      return decimal(cell) ? Float.parseFloat(cell) : Float.NaN;
    } catch (NumberFormatException _) {
      return Float.NaN;
    }
  }

  /** Java takes more for a number: the suffixes of 2D and 3f, hexadecimal digits. */
  private static boolean decimal(String cell) {
    for (var i = 0; i < cell.length(); i++) {
      if (DECIMAL.indexOf(cell.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
