import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The body of a product for a few rows from r on: their sums start, take in one weight of each row
 * per step, which share the operand's vectors, and are stored. Sums of row i are named a, b, c, d.
 *
 * @param n vectors of the tile
 * @param rows of the block
 * @param loop the head of the loop over weights
 * @param x the operand's side of the tile
 * @param operand where the operand of a step begins
 * @param weight the weight of row i in a step
 */
record RowBlocks(int n, int rows, String loop, Side x, String operand, IntFunction<String> weight) {
  private static final Side Y = Side.of("y");

  /** Declares what an output kind means for its rows, and the multiples of steps. */
  String prologue() {
    return """
        boolean accumulate = output == Output.ACCUMULATE || output == Output.ACCUMULATE_RELU;
        boolean biased = output == Output.BIAS || output == Output.BIAS_RELU;
        boolean relu = output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU;
    $xSteps
    $ySteps
    """
        .replace("$xSteps", x.steps(n))
        .replace("$ySteps", Y.steps(n));
  }

  String body() {
    return """
    $targets
    $declare
          if (accumulate) {
    $resume
          } else {
    $start
          }
          $loop
            $source
    $load
    $multiply
          }
          if (relu) {
    $relu
          }
    $store
    """
        .replace(
            "$targets",
            Text.lines(
                rows, i -> "      " + Y.bases(target(i), "y + (r + %d) * yRow".formatted(i), n)))
        .replace(
            "$declare",
            Text.lines(rows, i -> "      FloatVector " + Text.list(n, sum(i) + "$j") + ";"))
        .replace("$resume", each((i, j) -> sum(i) + j + " = " + Text.load(tile(i, j))))
        .replace("$start", each((i, j) -> sum(i) + j + " = " + start(i, j)))
        .replace("$loop", loop)
        .replace("$source", x.bases("o", operand, n))
        .replace(
            "$load",
            Text.lines(
                n, j -> "        FloatVector x%d = %s;".formatted(j, Text.load(x.tile("o", n, j)))))
        .replace("$multiply", Text.lines(rows, this::multiply))
        .replace(
            "$relu",
            each(
                (i, j) ->
                    "# = #.blend(0, #.compare(VectorOperators.LT, 0))".replace("#", sum(i) + j)))
        .replace(
            "$store",
            each((i, j) -> sum(i) + j + ".intoMemorySegment(ALL, " + tile(i, j) + ", LE)"));
  }

  private static String start(int i, int j) {
    return j > 0 ? sum(i) + 0 : "FloatVector.broadcast(S, biased ? bias[r + %d] : 0)".formatted(i);
  }

  private String multiply(int i) {
    return "        FloatVector w%d = FloatVector.broadcast(S, %s);\n".formatted(i, weight.apply(i))
        + Text.lines(
            n, j -> "        %1$s%2$d = x%2$d.fma(w%3$d, %1$s%2$d);".formatted(sum(i), j, i));
  }

  private interface Cell {
    String statement(int row, int column);
  }

  private String each(Cell cell) {
    return IntStream.range(0, rows * n)
        .mapToObj(i -> "        " + cell.statement(i / n, i % n) + ";")
        .collect(Collectors.joining("\n"));
  }

  private String tile(int i, int j) {
    return Y.tile(target(i), n, j);
  }

  private static String target(int row) {
    return "t" + row;
  }

  static String sum(int row) {
    return "" + (char) ('a' + row);
  }
}
