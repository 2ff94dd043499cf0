package org.espalier.formats.numpy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/**
 * What an NPY file says of its array: a Python dictionary of three keys.
 *
 * @param kind {@code f} for floats, {@code i} and {@code u} for integers, {@code b} for truth
 *     values
 * @param bytes per element
 * @param fortran whether the first index runs fastest
 */
record NpyHeader(char kind, int bytes, ByteOrder order, boolean fortran, List<Integer> shape) {
  private static final int MOST_AXES = 64; // NumPy's own limit

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*(['\"])(\\w+)\\1\\s*:\\s*('[^']*'|\"[^\"]*\"|True|False|\\([^()]*\\))\\s*(,|$)");

  private static final Pattern TYPE = Pattern.compile("([<>|=])([fiub])([1248])");

  /**
   * Reads the dictionary.
   *
   * @throws EspalierException without the name of the file
   */
  static NpyHeader parse(String text) {
    var body = text.strip();
    if (!body.startsWith("{") || !body.endsWith("}")) {
      throw error("'" + shortened(body) + "'", "a dictionary of descr, fortran_order and shape");
    }
    body = body.substring(1, body.length() - 1).strip();
    String type = null;
    String fortran = null;
    String shape = null;
    var entries = ENTRY.matcher(body);
    var end = 0;
    while (end < body.length() && entries.find(end) && entries.start() == end) {
      var value = entries.group(3);
      switch (entries.group(2)) {
        case "descr" -> type = value;
        case "fortran_order" -> fortran = value;
        case "shape" -> shape = value;
        default -> throw error("key " + entries.group(2), "descr, fortran_order and shape");
      }
      end = entries.end();
    }
    if (end < body.length() || type == null || fortran == null || shape == null) {
      throw error(
          "'" + shortened(body) + "'",
          "descr of a plain number, fortran_order and shape, each once");
    }
    return of(type.substring(1, type.length() - 1), fortran.equals("True"), shape);
  }

  private static NpyHeader of(String type, boolean fortran, String shape) {
    var parts = TYPE.matcher(type);
    if (!parts.matches()) {
      throw error("descr " + shortened(type), "numbers such as <f4, >f8, <f2, <i8 or |u1");
    }
    var kind = parts.group(2).charAt(0);
    var bytes = Integer.parseInt(parts.group(3));
    if ((kind == 'f' && bytes == 1) || (kind == 'b' && bytes > 1)) {
      throw error("descr " + type, "numbers such as <f4, >f8, <f2, <i8 or |u1");
    }
    var order = parts.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(kind, bytes, order, fortran, shape(shape));
  }

  private static List<Integer> shape(String text) {
    var shape = new ArrayList<Integer>();
    for (var word : text.substring(1, text.length() - 1).split(",", -1)) {
      if (word.isBlank()) {
        continue;
      }
      try {
        var extent = Integer.parseInt(word.strip().replaceAll("L$", "")); // of Python 2
        if (extent < 0 || shape.size() == MOST_AXES) {
          throw error(
              "shape " + shortened(text), "at most " + MOST_AXES + " extents, none negative");
        }
        shape.add(extent);
      } catch (NumberFormatException e) {
        throw new EspalierException(
            "header: shape " + shortened(text) + ", expected whole numbers below 2³¹", e);
      }
    }
    return List.copyOf(shape);
  }

  /** Number of elements, which may be more than there are. */
  long size() {
    try {
      return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new EspalierException("header: shape " + shape + " is too large", e);
    }
  }

  /** The dictionary for floats of 32 bits in C order, as NumPy writes it. */
  static String write(List<Integer> shape) {
    var extents = new StringBuilder();
    for (var i = 0; i < shape.size(); i++) {
      extents.append(i > 0 ? ", " : "").append(shape.get(i));
    }
    if (shape.size() == 1) {
      extents.append(',');
    }
    return "{'descr': '<f4', 'fortran_order': False, 'shape': (" + extents + "), }";
  }

  private static String shortened(String text) {
    var plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
  }

  private static EspalierException error(String found, String expected) {
    return new EspalierException("header: " + found + ", expected " + expected);
  }
}
