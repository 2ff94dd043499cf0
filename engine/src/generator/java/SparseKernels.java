import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The sparse product and its weight gradient, for one row at a time and for two rows together that
 * have the same columns: there a vector of the operand, loaded once, meets two weights.
 *
 * <p>Loads are what bounds these loops. With one load per multiply-add the second cache feeds half
 * of what a core can do; with one per two it keeps up.
 *
 * @param name of the kernels in the interface
 * @param operands parameters behind those that say which weights are meant
 * @param places parameters that say where a tile lies
 * @param tiles the largest ones
 * @param loops the loops over rows and weights for a tile
 */
record SparseKernels(
    String name,
    String operands,
    String places,
    Width.Tiles tiles,
    BiFunction<Tile, Columns, String> loops) {

  /** Vectors of a tile, and the rows that a loop takes together. */
  record Tile(int vectors, int together) {}

  private static final Side DY = Side.of("dy");
  private static final String ROWS = "Tile tile, Panel panel, int r0, int r1";
  private static final String WEIGHTS = "int r0, int r1, int[] rowStart, int from, int to";

  /** Y = W X; the sums of a tile stay in registers. */
  static String spmm(Width width) {
    return new SparseKernels(
            "spmm",
            "float[] value, float[] bias, Output output, long x, long y",
            "long xStep, long xHalf, long yRow, long yStep, long yHalf",
            width.product(),
            SparseKernels::product)
        .text();
  }

  /** The gradient of W at its non-zeros; the dY of a tile stays in registers. */
  static String sddmm(Width width) {
    return new SparseKernels(
            "sddmm",
            "float[] gradient, boolean accumulate, long x, long dy",
            "long xStep, long xHalf, long dyRow, long dyStep, long dyHalf",
            width.gradient(),
            (tile, columns) -> gradient(width, tile, columns))
        .text();
  }

  /** The operands' names. */
  private String arguments() {
    return Arrays.stream(operands.split(", "))
        .map(operand -> operand.substring(operand.indexOf(' ') + 1))
        .collect(Collectors.joining(", "));
  }

  /**
   * The method of the interface, which tells columns apart; for each kind of them one that does so
   * with tiles; and the kernels.
   */
  private String text() {
    var text = new StringBuilder(method());
    for (var columns : Columns.values()) {
      text.append(choice(columns));
      for (var together = 1; together <= 2; together++) {
        for (var n = tiles.of(together); n > 0; n /= 2) {
          text.append(kernel(new Tile(n, together), columns));
        }
      }
    }
    return text.toString();
  }

  private String method() {
    return """
      @Override
      public void $name($rows, $operands) {
        Columns columns = panel.columns();
        boolean near = tile.xStep() == $bytes;
        if (columns.wide().length == 0) {
          if (near) {
            $nameNear(tile, panel, r0, r1, columns.narrow(), columns.shift(), $arguments);
          } else {
            $name(tile, panel, r0, r1, columns.narrow(), columns.shift(), $arguments);
          }
        } else if (near) {
          $nameNear(tile, panel, r0, r1, columns.wide(), columns.shift(), $arguments);
        } else {
          $name(tile, panel, r0, r1, columns.wide(), columns.shift(), $arguments);
        }
      }

    """
        .replace("$name", name)
        .replace("$rows", ROWS)
        .replace("$operands", operands)
        .replace("$arguments", arguments());
  }

  private String choice(Columns columns) {
    return """
      private static void $name$near($rows, $columns, $operands) {
        int vectors = tile.vectors();
        if (panel.together() == 1) {
          switch (vectors) {
    $single
            default -> throw new IllegalArgumentException("no tile of " + vectors + " vectors");
          }
        } else {
          switch (vectors) {
    $pair
            default -> throw new IllegalArgumentException(
                "no tile of " + vectors + " vectors for two rows");
          }
        }
      }

    """
        .replace("$near", near(columns))
        .replace("$single", cases(1, columns))
        .replace("$pair", cases(2, columns))
        .replace("$name", name)
        .replace("$rows", ROWS)
        .replace("$columns", columns.parameters)
        .replace("$operands", operands);
  }

  private String cases(int together, Columns columns) {
    var cases = new StringBuilder();
    for (var n = tiles.of(together); n > 0; n /= 2) {
      cases.append(
          """
                  case $vectors -> $kernel(r0, r1, panel.starts(), panel.from(), panel.to(), $columns,
                      $arguments,
                      tile.xStep(), tile.xHalf(), tile.yRow(), tile.yStep(), tile.yHalf());
          """
              .replace("$vectors", "" + n)
              .replace("$kernel", kernelName(new Tile(n, together), columns))
              .replace("$columns", columns.arguments)
              .replace("$arguments", arguments()));
    }
    return cases.toString();
  }

  private String kernelName(Tile tile, Columns columns) {
    return name + tile.vectors() + (tile.together() == 1 ? "" : "Pair") + near(columns);
  }

  private static String near(Columns columns) {
    return columns.side.near() ? "Near" : "";
  }

  private String kernel(Tile tile, Columns columns) {
    return """
      private static void $name($weights, $columns, $operands,
          $places) {
    $loops
      }

    """
        .replace("$name", kernelName(tile, columns))
        .replace("$weights", WEIGHTS)
        .replace("$columns", columns.parameters)
        .replace("$operands", operands)
        .replace("$places", places)
        .replace("$loops", loops.apply(tile, columns));
  }

  private static String product(Tile tile, Columns columns) {
    var block =
        new RowBlocks(
            tile.vectors(),
            tile.together(),
            "for (int p = rowStart[from + r], e = rowStart[to + r]; p < e; p++) {",
            columns.side,
            "x + " + columns.operand("p"),
            i -> i == 0 ? "value[p]" : "value[p + next]");
    return """
    $prologue
        for (int r = r0; r < r1; r += $together) {
    $next
    $body
        }
    """
        .replace("$prologue", block.prologue())
        .replace("$together", "" + tile.together())
        .replace("$next", tile.together() == 1 ? "" : NEXT)
        .replace("$body", block.body());
  }

  /** How far behind a weight the one in the next row and the same column is. */
  private static final String NEXT =
      "      int next = rowStart[from + r + 1] - rowStart[from + r];";

  private static String gradient(Width width, Tile tile, Columns columns) {
    var n = tile.vectors();
    return """
    $xSteps
    $dySteps
        for (int r = r0; r < r1; r += $together) {
    $next
    $gradients
          int p = rowStart[from + r];
          int e = rowStart[to + r];
    $sums
        }
    """
        .replace("$xSteps", columns.side.steps(n))
        .replace("$dySteps", DY.steps(n))
        .replace("$together", "" + tile.together())
        .replace("$next", tile.together() == 1 ? "" : NEXT)
        .replace("$gradients", Text.lines(tile.together(), i -> outputGradients(n, i)))
        .replace("$sums", sums(width, tile, columns));
  }

  private static String sums(Width width, Tile tile, Columns columns) {
    var n = tile.vectors();
    if (tile.together() == 1) {
      return n == 16 ? byTwo(n, columns) : byFour(n, columns);
    }
    return 2 * n + 8 <= width.accumulators() ? pairsByFour(n, columns) : pairsByTwo(n, columns);
  }

  /** Loads the dY of row {@code r + i}: d0, d1, ... for the first row, h0, h1, ... for the next. */
  private static String outputGradients(int n, int i) {
    var base = "t" + i;
    return "      "
        + DY.bases(base, "dy + (r + %d) * dyRow".formatted(i), n)
        + "\n"
        + Text.lines(
            n,
            j ->
                "      FloatVector %s$j = %s;"
                    .formatted(i == 0 ? "d" : "h", Text.load(DY.tile(base, n, j))));
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
            int last = Math.min(p + 1, e - 1);
    $dotA
    $dotB
    $sumTwo
            float s = z.lane(0);
            float u = z.lane(1);
            gradient[p] = accumulate ? gradient[p] + s : s;
            if (last > p) {
              gradient[last] = accumulate ? gradient[last] + u : u;
            }
          }
    """
        .replace("$dotA", dot("a", "p", n, columns))
        .replace("$dotB", dot("b", "last", n, columns))
        .replace("$sumTwo", Text.sumTwo("a", "b"));
  }

  /** The same for two rows together: the lanes of four sums are added up at a time. */
  private static String pairsByTwo(int n, Columns columns) {
    return """
          for (; p < e; p += 2) {
            int last = Math.min(p + 1, e - 1);
    $dotsA
    $dotsB
    $sumFour
            float s = z.lane(0);
            float u = z.lane(1);
            float v = z.lane(2);
            float w = z.lane(3);
            gradient[p] = accumulate ? gradient[p] + s : s;
            gradient[p + next] = accumulate ? gradient[p + next] + v : v;
            if (last > p) {
              gradient[last] = accumulate ? gradient[last] + u : u;
              gradient[last + next] = accumulate ? gradient[last + next] + w : w;
            }
          }
    """
        .replace("$dotsA", dots("a", "p", n, columns))
        .replace("$dotsB", dots("b", "last", n, columns))
        .replace("$sumFour", Text.sumFour("a", "b", "aNext", "bNext"));
  }

  /** As {@link #pairsByTwo}, where small tiles leave registers for eight sums. */
  private static String pairsByFour(int n, Columns columns) {
    return """
          for (; p <= e - 4; p += 4) {
    $dotsA
    $dotsB
    $dotsC
    $dotsD
            {
    $sumFour
    $storeFour
            }
            {
    $nextSumFour
    $nextStoreFour
            }
          }
          for (; p < e; p++) {
    $dotsA
    $sumTwo
            float s = z.lane(0);
            float u = z.lane(1);
            gradient[p] = accumulate ? gradient[p] + s : s;
            gradient[p + next] = accumulate ? gradient[p + next] + u : u;
          }
    """
        .replace("$dotsA", dots("a", "p", n, columns))
        .replace("$dotsB", dots("b", "p + 1", n, columns))
        .replace("$dotsC", dots("c", "p + 2", n, columns))
        .replace("$dotsD", dots("d", "p + 3", n, columns))
        .replace("$sumTwo", Text.sumTwo("a", "aNext"))
        .replace("$sumFour", Text.sumFour("a", "b", "c", "d"))
        .replace("$nextSumFour", Text.sumFour("aNext", "bNext", "cNext", "dNext"))
        .replace("$storeFour", Text.storeFour("p"))
        .replace("$nextStoreFour", Text.storeFour("p + next"));
  }

  /** Declares vector {@code sum} as the products of the tile of weight p with dY. */
  private static String dot(String sum, String p, int n, Columns columns) {
    return operand(sum, p, n, columns)
        + Text.lines(n, j -> "        " + addProduct(sum, load(sum, n, j, columns), "d", j));
  }

  /**
   * Declares {@code sum} and {@code sumNext}: the products with the dY of this row and the next.
   */
  private static String dots(String sum, String p, int n, Columns columns) {
    return operand(sum, p, n, columns)
        + Text.lines(
            n,
            j ->
                "        FloatVector x%1$s%2$d = %3$s;\n"
                        .formatted(sum, j, load(sum, n, j, columns))
                    + "        %s\n".formatted(addProduct(sum, "x" + sum + j, "d", j))
                    + "        %s".formatted(addProduct(sum + "Next", "x" + sum + j, "h", j)));
  }

  private static String operand(String sum, String p, int n, Columns columns) {
    return "        " + columns.side.bases("o" + sum, "x + " + columns.operand(p), n) + "\n";
  }

  private static String load(String sum, int n, int j, Columns columns) {
    return Text.load(columns.side.tile("o" + sum, n, j));
  }

  private static String addProduct(String sum, String x, String dy, int j) {
    return j == 0
        ? "FloatVector %s = %s.mul(%s0);".formatted(sum, x, dy)
        : "%1$s = %2$s.fma(%3$s%4$d, %1$s);".formatted(sum, x, dy, j);
  }
}
