import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The dense product and its weight gradient, in register blocks of several rows. */
final class DenseKernels {
  private DenseKernels() {}

  /**
   * Y = W X for tiles of 1, 2 and 4 vectors, in blocks of up to four rows; the rows that are left
   * have a method of their own, because the first compiler gives up on one that is too long.
   */
  static String dense(Width width) {
    return Stream.of(4, 2, 1).map(n -> dense(n, blockRows(width, n))).collect(Collectors.joining())
        + DENSE.replace(
            "$cases",
            Stream.of(4, 2, 1)
                .map(n -> denseCase(n, blockRows(width, n)))
                .collect(Collectors.joining()));
  }

  private static final String DENSE =
      """
        @Override
        public void dense(Tile tile, DenseColumns columns, int r0, int r1, float[] weight,
            float[] bias, Output output, long x, long y) {
          switch (tile.vectors()) {
      $cases
            default ->
                throw new IllegalArgumentException("no tile of " + tile.vectors() + " vectors");
          }
        }

      """;

  private static int blockRows(Width width, int n) {
    return Math.min(4, width.accumulators() / n);
  }

  private static String denseCase(int n, int rows) {
    return """
          case $n -> {
            int rest = r1 - (r1 - r0) % $rows;
            dense$nBlock(r0, rest, $arguments);
            dense$nRow(rest, r1, $arguments);
          }
    """
        .replace("$n", "" + n)
        .replace("$rows", "" + rows)
        .replace(
            "$arguments",
            """
            columns.count(), weight, columns.weightRow(), columns.weightColumn(),
                        columns.offset(), bias, output, x, tile.xStep(), tile.xHalf(),
                        y, tile.yRow(), tile.yStep(), tile.yHalf()\
            """);
  }

  private static String dense(int n, int rows) {
    return dense(n, "Block", rows) + dense(n, "Row", 1);
  }

  private static String dense(int n, String name, int rows) {
    var block =
        new RowBlocks(
            n,
            rows,
            "for (int k = 0; k < columns; k++) { int at = v + weightColumn[k];",
            Side.of("x"),
            "x + offset[k]",
            "weight[at + %d * weightRow]"::formatted);
    return """
      private static void dense$n$name(int r0, int r1, int columns, float[] weight,
          int weightRow, int[] weightColumn, int[] offset, float[] bias, Output output,
          long x, long xStep, long xHalf, long y, long yRow, long yStep, long yHalf) {
    $prologue
        for (int r = r0; r < r1; r += $rows) {
          int v = r * weightRow;
    $body
        }
      }

    """
        .replace("$prologue", block.prologue())
        .replace("$body", block.body())
        .replace("$name", name)
        .replace("$n", "" + n)
        .replace("$rows", "" + rows);
  }

  /**
   * The gradient of W by blocks of rows and four columns, whose lanes are summed together; then the
   * rows that are left, and the columns.
   */
  static String denseGradient(Width width) {
    var rows = width.accumulators() < 16 ? 2 : 4;
    return gradientBlocks("Block", rows)
        + gradientBlocks("Row", 1)
        + (GRADIENT_TAIL + GRADIENT)
            .replace("$sumOne", Text.SUM_ONE)
            .replace("$rows", "" + rows)
            .replace("$parameters", GRADIENT_PARAMETERS)
            .replace(
                "$arguments",
                """
                k0, k1, offset, gradient, gradientStart, gradientRow, accumulate,
                        runs.count(), runs.length(), x, runs.xStep(), runs.xRun(),
                        dy, runs.dyRow(), runs.dyStep(), runs.dyRun()\
                """);
  }

  private static final String GRADIENT_PARAMETERS =
      """
      int k0, int k1, int[] offset, float[] gradient,
            int gradientStart, int gradientRow, boolean accumulate, int runs, int length,
            long x, long xStep, long xRun, long dy, long dyRow, long dyStep, long dyRun\
      """;

  private static final String GRADIENT =
      """
        @Override
        public void denseGradient(Runs runs, int r0, int r1, int k0, int k1, int[] offset,
            float[] gradient, int gradientStart, int gradientRow, boolean accumulate,
            long x, long dy) {
          int rest = r1 - (r1 - r0) % $rows;
          denseGradientBlock(r0, r0, rest, $arguments);
          denseGradientRow(r0, rest, r1, $arguments);
          denseGradientTail(r0, r1, $arguments);
        }

      """;

  private static final String GRADIENT_TAIL =
      """
        private static void denseGradientTail(int r0, int r1, $parameters) {
          int tail = k1 - (k1 - k0) % 4;
          for (int r = r0; r < r1; r++) {
            for (int k = tail; k < k1; k++) {
              FloatVector z = FloatVector.zero(S);
              for (int i = 0; i < runs; i++) {
                long o = x + offset[k] + i * xRun;
                long t = dy + r * dyRow + i * dyRun;
                for (int j = 0; j < length; j++) {
                  z = FloatVector.fromMemorySegment(S, ALL, t, LE)
                          .fma(FloatVector.fromMemorySegment(S, ALL, o, LE), z);
                  o += xStep;
                  t += dyStep;
                }
              }
      $sumOne
              float s = z.lane(0);
              int at = gradientStart + (r - r0) * gradientRow + k - k0;
              gradient[at] = accumulate ? gradient[at] + s : s;
            }
          }
        }

      """;

  private static String gradientBlocks(String name, int rows) {
    return """
      private static void denseGradient$name(int r0, int begin, int end, $parameters) {
        for (int r = begin; r < end; r += $rows) {
    $block
        }
      }

    """
        .replace("$name", name)
        .replace("$rows", "" + rows)
        .replace("$parameters", GRADIENT_PARAMETERS)
        .replace("$block", gradientBlock(rows));
  }

  private static String gradientBlock(int rows) {
    return """
          for (int k = k0; k <= k1 - 4; k += 4) {
    $declare
            for (int i = 0; i < runs; i++) {
              long t = dy + r * dyRow + i * dyRun;
    $sources
              for (int j = 0; j < length; j++) {
    $load
    $multiply
                t += dyStep;
    $advance
              }
            }
    $store
          }
    """
        .replace(
            "$declare",
            Text.lines(
                rows,
                i ->
                    Text.lines(
                        4,
                        "        FloatVector %s$j = FloatVector.zero(S);"
                            .formatted(RowBlocks.sum(i)))))
        .replace("$sources", Text.lines(4, "          long o$j = x + offset[k + $j] + i * xRun;"))
        .replace(
            "$load",
            Text.lines(
                rows,
                i ->
                    "            FloatVector g%1$d = %2$s;"
                        .formatted(i, Text.load("t + %d * dyRow".formatted(i)))))
        .replace(
            "$multiply",
            Text.lines(
                4,
                j ->
                    "            FloatVector x%1$d = %2$s;\n".formatted(j, Text.load("o" + j))
                        + Text.lines(
                            rows,
                            i ->
                                "            %1$s%2$d = x%2$d.fma(g%3$d, %1$s%2$d);"
                                    .formatted(RowBlocks.sum(i), j, i))))
        .replace("$advance", Text.lines(4, "            o$j += xStep;"))
        .replace("$store", Text.lines(rows, DenseKernels::storeRow));
  }

  private static String storeRow(int row) {
    var sum = RowBlocks.sum(row);
    return """
            {
              int at = gradientStart + (r + $row - r0) * gradientRow + k - k0;
    $sum
    $store
            }
    """
        .replace("$row", "" + row)
        .replace("$sum", Text.sumFour(sum + 0, sum + 1, sum + 2, sum + 3))
        .replace("$store", Text.storeFour("at"));
  }
}
