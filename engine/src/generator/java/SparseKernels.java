import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sparse product and its weight gradient: one weight times n vectors per step. */
final class SparseKernels {
  private SparseKernels() {}

  /** Y = W X for tiles of 1, 2, 4 and 8 vectors; the sums of a row stay in registers. */
  static String spmm(Columns columns) {
    var dispatch =
        """
          @Override
          public void spmm(int vectors, int r0, int r1, int[] rowStart, int from, int to,
              $columns, float[] value, float[] bias, Output output,
              long x, long xStep, long xHalf, long y, long yRow, long yStep, long yHalf) {
            switch (vectors) {
              case 8 -> spmm8($arguments);
              case 4 -> spmm4($arguments);
              case 2 -> spmm2($arguments);
              case 1 -> spmm1($arguments);
              default -> throw new IllegalArgumentException("no tile of " + vectors + " vectors");
            }
          }

        """;
    var arguments =
        "r0, r1, rowStart, from, to, "
            + columns.arguments
            + ", value, bias, output, x, xStep, xHalf, y, yRow, yStep, yHalf";
    return (dispatch
            + Stream.of(8, 4, 2, 1).map(n -> spmm(n, columns)).collect(Collectors.joining()))
        .replace("$columns", columns.parameters)
        .replace("$arguments", arguments);
  }

  private static String spmm(int n, Columns columns) {
    return """
      private static void spmm$n(int r0, int r1, int[] rowStart, int from, int to,
          $columns, float[] value, float[] bias, Output output,
          long x, long xStep, long xHalf, long y, long yRow, long yStep, long yHalf) {
        boolean accumulate = output == Output.ACCUMULATE || output == Output.ACCUMULATE_RELU;
        boolean biased = output == Output.BIAS || output == Output.BIAS_RELU;
        boolean relu = output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU;
    $xSteps
    $ySteps
        for (int r = r0; r < r1; r++) {
          $target
          FloatVector $sums;
          if (accumulate) {
    $resume
          } else {
            a0 = FloatVector.broadcast(S, biased ? bias[r] : 0);
    $start
          }
          for (int p = rowStart[from + r], e = rowStart[to + r]; p < e; p++) {
            FloatVector w = FloatVector.broadcast(S, value[p]);
            $source
    $multiply
          }
          if (relu) {
    $relu
          }
    $store
        }
      }

    """
        .replace("$n", "" + n)
        .replace("$xSteps", Text.steps("x", n))
        .replace("$ySteps", Text.steps("y", n))
        .replace("$sums", Text.list(n, "a$j"))
        .replace("$resume", Text.lines(n, j -> "        a" + j + " = " + y(n, j) + ";"))
        .replace("$start", Text.lines(n, j -> j == 0 ? "" : "        a" + j + " = a0;"))
        .replace("$target", Text.bases("t", "y + r * yRow", "y", n))
        .replace("$source", Text.bases("o", "x + " + columns.operand("p"), "x", n))
        .replace("$multiply", Text.lines(n, j -> "        a$j = " + x(n, j) + ".fma(w, a$j);"))
        .replace(
            "$relu",
            Text.lines(n, "        a$j = a$j.blend(0, a$j.compare(VectorOperators.LT, 0));"))
        .replace(
            "$store",
            Text.lines(n, j -> "      " + Text.store("a" + j, Text.tile("t", "y", n, j))));
  }

  private static String x(int n, int j) {
    return Text.load(Text.tile("o", "x", n, j));
  }

  private static String y(int n, int j) {
    return Text.load(Text.tile("t", "y", n, j));
  }

  /**
   * The gradient of W at its non-zeros for tiles of 1 to 16 vectors: dY stays in registers for a
   * row, and four weights at a time share the summing of lanes.
   */
  static String sddmm(Columns columns) {
    var dispatch =
        """
          @Override
          public void sddmm(int vectors, int r0, int r1, int[] rowStart, int from, int to,
              $columns, float[] gradient, boolean accumulate,
              long x, long xStep, long xHalf, long dy, long dyRow, long dyStep, long dyHalf) {
            switch (vectors) {
              case 16 -> sddmm16($arguments);
              case 8 -> sddmm8($arguments);
              case 4 -> sddmm4($arguments);
              case 2 -> sddmm2($arguments);
              case 1 -> sddmm1($arguments);
              default -> throw new IllegalArgumentException("no tile of " + vectors + " vectors");
            }
          }

        """;
    var arguments =
        "r0, r1, rowStart, from, to, "
            + columns.arguments
            + ", gradient, accumulate, x, xStep, xHalf, dy, dyRow, dyStep, dyHalf";
    return (dispatch
            + Stream.of(16, 8, 4, 2, 1).map(n -> sddmm(n, columns)).collect(Collectors.joining()))
        .replace("$columns", columns.parameters)
        .replace("$arguments", arguments);
  }

  private static String sddmm(int n, Columns columns) {
    return """
      private static void sddmm$n(int r0, int r1, int[] rowStart, int from, int to,
          $columns, float[] gradient, boolean accumulate,
          long x, long xStep, long xHalf, long dy, long dyRow, long dyStep, long dyHalf) {
    $xSteps
    $dySteps
        for (int r = r0; r < r1; r++) {
          $gradients
    $load
          int p = rowStart[from + r];
          int e = rowStart[to + r];
    $sum
        }
      }

    """
        .replace("$xSteps", Text.steps("x", n))
        .replace("$dySteps", Text.steps("dy", n))
        .replace("$gradients", Text.bases("t", "dy + r * dyRow", "dy", n))
        .replace(
            "$load",
            Text.lines(
                n, j -> "      FloatVector d$j = " + Text.load(Text.tile("t", "dy", n, j)) + ";"))
        .replace("$sum", n == 16 ? byTwo(n, columns) : byFour(n, columns))
        .replace("$n", "" + n);
  }

  /** The gradients of weights p to e: four at a time, then one by one. */
  private static String byFour(int n, Columns columns) {
    return """
          for (; p <= e - 4; p += 4) {
    $dotA
    $dotB
    $dotC
    $dotD
    $sumFour
    $storeFour
          }
          for (; p < e; p++) {
    $dotZ
    $sumOne
            float s = z.lane(0);
            gradient[p] = accumulate ? gradient[p] + s : s;
          }
    """
        .replace("$dotA", dot("a", "p", n, columns))
        .replace("$dotB", dot("b", "p + 1", n, columns))
        .replace("$dotC", dot("c", "p + 2", n, columns))
        .replace("$dotD", dot("d", "p + 3", n, columns))
        .replace("$dotZ", dot("z", "p", n, columns))
        .replace("$sumFour", Text.sumFour("a", "b", "c", "d"))
        .replace("$sumOne", Text.SUM_ONE)
        .replace("$storeFour", Text.storeFour("p"));
  }

  /**
   * The gradients of weights p to e: two at a time, an odd last one twice. Longer than this the
   * first compiler gives up, and the second is then never asked.
   */
  private static String byTwo(int n, Columns columns) {
    return """
          for (; p < e; p += 2) {
            int next = Math.min(p + 1, e - 1);
    $dotA
    $dotB
    $sumTwo
            float s = z.lane(0);
            float u = z.lane(1);
            gradient[p] = accumulate ? gradient[p] + s : s;
            if (next > p) {
              gradient[next] = accumulate ? gradient[next] + u : u;
            }
          }
    """
        .replace("$dotA", dot("a", "p", n, columns))
        .replace("$dotB", dot("b", "next", n, columns))
        .replace("$sumTwo", Text.sumTwo("a", "b"));
  }

  /** Declares vector {@code sum} as the products of the tile of weight p with dY. */
  private static String dot(String sum, String p, int n, Columns columns) {
    var o = "o" + sum;
    return "        "
        + Text.bases(o, "x + " + columns.operand(p), "x", n)
        + "\n"
        + Text.lines(
            n,
            j -> {
              var x = Text.load(Text.tile(o, "x", n, j));
              return j == 0
                  ? "        FloatVector %s = %s.mul(d0);".formatted(sum, x)
                  : "        %1$s = %2$s.fma(d%3$d, %1$s);".formatted(sum, x, j);
            });
  }
}
