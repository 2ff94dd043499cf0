package org.espalier.data.format;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.engine.EspalierException;

/**
 * The lines of a CSV file, one after the other: comma, semicolon or tab between cells, whichever
 * the first line has, double quotes around cells that need them, UTF-8. Blank lines are left out.
 */
public final class CsvLines implements AutoCloseable {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final BufferedReader lines;
  private char separator;
  private int number;

  private CsvLines(Path file, BufferedReader lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens a file, to be closed.
   *
   * @throws EspalierException if it cannot be read
   */
  public static CsvLines open(Path file) {
    try {
      return new CsvLines(file, Files.newBufferedReader(file));
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }

  /**
   * The next line; none at the end of the file.
   *
   * @throws EspalierException if it is no text, or ends within quotes
   */
  public Optional<CsvLine> next() {
    try {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        var text = number == 1 ? beginning(line) : line;
        if (!text.isBlank()) {
          return Optional.of(CsvLine.split(file, number, text, separator));
        }
      }
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new EspalierException(file + ": not a text, expected UTF-8", e);
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }

  private String beginning(String line) {
    separator = separator(line);
    return !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? line.substring(1) : line;
  }

  private static char separator(String first) {
    var line = first.replaceAll("\"[^\"]*\"", ""); // quoted ones separate nothing
    for (var separator : new char[] {',', ';', '\t'}) {
      if (line.indexOf(separator) >= 0) {
        return separator;
      }
    }
    return ',';
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }
}
