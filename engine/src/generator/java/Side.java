/**
 * One side of a tile in the text of a kernel: where its vectors lie.
 *
 * @param name of its parameters: {@code xStep}, {@code xHalf}
 * @param near whether neighbouring vectors are known to touch, which saves the registers and the
 *     additions of a step; the step of such a side is not read
 */
record Side(String name, boolean near) {

  /** Any step. */
  static Side of(String name) {
    return new Side(name, false);
  }

  /** A step of one vector. */
  static Side near(String name) {
    return new Side(name, true);
  }

  /** Declares the multiples of a step that {@link #tile} refers to. */
  String steps(int n) {
    if (near) {
      return "";
    }
    return (switch (n) {
          case 1, 2, 4 -> "";
          case 8 -> "    long $2 = 2 * $, $3 = 3 * $;";
          default -> "    long $2 = 2 * $, $3 = 3 * $, $4 = 4 * $;";
        })
        .replace("$", name + "Step");
  }

  /** Declares {@code base} as the first address of a tile, and where its parts begin. */
  String bases(String base, String address, int n) {
    var text =
        n < 4
            ? "long $ = #;"
            : n < 16 || near
                ? "long $ = #, $Half = $ + @Half;"
                : "long $ = #, $Half = $ + @Half, $Next = $ + @Step4, $HalfNext = $Half + @Step4;";
    return text.replace("$", base).replace("@", name).replace("#", address);
  }

  /** The address of vector j in a tile of n declared by {@link #bases}. */
  String tile(String base, int n, int j) {
    var half = n < 4 ? n : n / 2;
    var part = base + (j < half ? "" : "Half");
    return near ? near(part, j % half) : stepped(part, j % half);
  }

  private static String near(String part, int j) {
    return j == 0 ? part : part + " + " + j + " * $bytes";
  }

  private String stepped(String part, int j) {
    var start = part + (j < 4 ? "" : "Next");
    return switch (j % 4) {
      case 0 -> start;
      case 1 -> start + " + " + name + "Step";
      default -> start + " + " + name + "Step" + j % 4;
    };
  }
}
