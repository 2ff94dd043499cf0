package org.espalier.app.report;

import java.util.Locale;

/** Numbers for people, in one form everywhere. */
public final class Quantity {
  static final String NONE = "–";

  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String[] DECIMAL = {"", " k", " M", " G", " T", " P"};

  private Quantity() {}

  /** Such as {@code 1.50 MiB}: powers of 1024. */
  public static String bytes(double bytes) {
    var unit = binaryUnit(bytes);
    return (unit == 0 ? String.format(Locale.ROOT, "%.0f", bytes) : digits(scale(bytes, unit)))
        + " "
        + BINARY[unit];
  }

  public static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** In the unit that suits {@code most}, with no more digits than needed. */
  static String bytesLike(double bytes, double most) {
    var unit = binaryUnit(most);
    return shortest(scale(bytes, unit)) + " " + BINARY[unit];
  }

  /** Bytes in the unit in which {@link #bytes} would write {@code most}. */
  static double unitOf(double most) {
    return Math.scalb(1.0, 10 * binaryUnit(most));
  }

  private static int binaryUnit(double bytes) {
    var unit = 0;
    while (scale(bytes, unit) >= 1024 && unit < BINARY.length - 1) {
      unit++;
    }
    return unit;
  }

  private static double scale(double bytes, int unit) {
    return Math.scalb(bytes, -10 * unit);
  }

  /** Such as {@code 26.6 k}. */
  static String scaled(double count) {
    var unit = 0;
    while (count >= 1000 && unit < DECIMAL.length - 1) {
      count /= 1000;
      unit++;
    }
    return (unit == 0 && count == Math.rint(count)
            ? String.format(Locale.ROOT, "%.0f", count)
            : digits(count))
        + DECIMAL[unit];
  }

  /** All digits, in groups of three. */
  static String count(double count) {
    return String.format(Locale.ROOT, "%,.0f", count);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A fraction such as {@code 90.00 %}, or more digits where it is small. */
  static String percent(double fraction) {
    return String.format(
        Locale.ROOT,
        Math.abs(fraction) < 0.01 && fraction != 0 ? "%.3f %%" : "%.2f %%",
        100 * fraction);
  }

  /** A fraction with no more digits than it needs, such as {@code 90 %} or {@code 98.5 %}. */
  public static String shortPercent(double fraction) {
    return shortest(100 * fraction) + " %";
  }

  /** With no more digits than needed, four decimals at most. */
  static String shortest(double value) {
    return String.format(Locale.ROOT, "%.4f", value == 0 ? 0.0 : value).replaceFirst("\\.?0+$", "");
  }

  /** Such as {@code 3.20×}. */
  static String times(double ratio) {
    return digits(ratio) + "×";
  }

  static String millis(double millis) {
    return digits(millis) + " ms";
  }

  /** Such as {@code 1 h 42 min} or {@code 3.10 s}. */
  static String seconds(double seconds) {
    if (seconds < 100) {
      return digits(seconds) + " s";
    }
    var minutes = Math.round(seconds / 60);
    return minutes < 100
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  /** A loss with four decimals, or three digits and a power where it has run away. */
  public static String loss(double loss) {
    return String.format(Locale.ROOT, Math.abs(loss) < 1e4 ? "%.4f" : "%.2e", loss);
  }

  /** About three significant digits. */
  static String digits(double value) {
    var size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return NONE;
    }
    if (value == 0) {
      return "0";
    }
    if (size >= 100) {
      return count(value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.2g", value);
  }
}
