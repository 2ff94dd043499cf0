package org.espalier.app.compression;

import java.util.Locale;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/** A size as people write it: {@code 200KB}, {@code 1.5 MiB}, {@code 90000}. */
public record FileSize(long bytes) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(?:([KMG])(I?)B?|B)?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "KMG";

  /**
   * Reads a size; KB are 1,000 bytes and KiB 1,024.
   *
   * @throws EspalierException if it is none, or less than a byte
   */
  public static FileSize parse(String text) {
    var match = TEXT.matcher(text.strip());
    if (!match.matches()) {
      throw new EspalierException(
          "size '" + text + "': expected a number of bytes, such as 90000, 200KB or 1.5MiB");
    }
    var unit = match.group(2);
    var power = unit == null ? 0 : UNITS.indexOf(unit.toUpperCase(Locale.ROOT)) + 1;
    var base = unit != null && !match.group(3).isEmpty() ? 1024 : 1000;
    var bytes = Double.parseDouble(match.group(1)) * Math.pow(base, power);
    if (!(bytes >= 1 && bytes < Long.MAX_VALUE)) {
      throw new EspalierException("size '" + text + "': expected 1 byte to 2^63 - 1");
    }
    return new FileSize((long) bytes);
  }
}
