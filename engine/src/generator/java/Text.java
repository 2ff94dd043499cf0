import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Pieces of text that all templates share. */
final class Text {
  private Text() {}

  /** {@code n} lines, {@code $j} in each replaced by its number. */
  static String lines(int n, String line) {
    return lines(n, j -> line);
  }

  /** As above, for lines that differ in more than the number. */
  static String lines(int n, IntFunction<String> line) {
    return IntStream.range(0, n)
        .mapToObj(j -> line.apply(j).replace("$j", "" + j))
        .collect(Collectors.joining("\n"));
  }

  static String list(int n, String item) {
    return IntStream.range(0, n)
        .mapToObj(j -> item.replace("$j", "" + j))
        .collect(Collectors.joining(", "));
  }

  static String load(String address) {
    return "FloatVector.fromMemorySegment(S, ALL, " + address + ", LE)";
  }

  /** Sets the vector z to the sums of the lanes of a, b, c and d, in its lanes 0 to 3. */
  static String sumFour(String a, String b, String c, String d) {
    return """
          FloatVector ab = $a.blend($b, ODD).add($b.blend($a, ODD).rearrange(SWAP1));
          FloatVector cd = $c.blend($d, ODD).add($d.blend($c, ODD).rearrange(SWAP1));
          FloatVector z = ab.blend(cd, UPPER).add(cd.blend(ab, UPPER).rearrange(SWAP2));
          $swap4
          $swap8
    """
        .replace("$a", a)
        .replace("$b", b)
        .replace("$c", c)
        .replace("$d", d);
  }

  /** Sets the vector z to the sums of the lanes of a and b, in its lanes 0 and 1. */
  static String sumTwo(String a, String b) {
    return """
          FloatVector z = $a.blend($b, ODD).add($b.blend($a, ODD).rearrange(SWAP1));
          z = z.add(z.rearrange(SWAP2));
          $swap4
          $swap8
    """
        .replace("$a", a)
        .replace("$b", b);
  }

  /** Sets every lane of z to the sum of its lanes, by the same tree as {@link #sumFour}. */
  static final String SUM_ONE =
      """
            z = z.add(z.rearrange(SWAP1));
            z = z.add(z.rearrange(SWAP2));
            $swap4
            $swap8
      """;

  /** Stores or adds lanes 0 to 3 of z at {@code gradient[at]}. */
  static String storeFour(String at) {
    return """
          FloatVector g = (FloatVector) z.reinterpretShape(FOUR, 0);
          if (accumulate) {
            g = g.add(FloatVector.fromArray(FOUR, gradient, $at));
          }
          g.intoArray(gradient, $at);
    """
        .replace("$at", at);
  }
}
