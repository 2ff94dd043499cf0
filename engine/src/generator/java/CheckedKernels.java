import java.util.Arrays;
import java.util.stream.Collectors;

/** The kernels that look at every address before they pass a call on to unchecked ones. */
final class CheckedKernels {
  private CheckedKernels() {}

  private static final String ROWS =
      "int vectors, int together, int r0, int r1, int[] rowStart, int from, int to, Columns"
          + " columns, ";
  private static final String TILED =
      "long x, long xStep, long xHalf, long $y, long $yRow, long $yStep, long $yHalf";
  private static final String WINDOW = "int rows, int columns, int windowRows, int windowColumns, ";
  private static final String TAPS = "long xRow, long xColumn, long tapRow, long tapColumn, ";

  /** The whole class. */
  static String text() {
    return HEAD + sparse() + dense() + elementwise() + pooling() + "}\n";
  }

  private static String sparse() {
    return method(
            "spmm",
            ROWS + "float[] value, float[] bias, Output output, " + TILED.replace("$y", "y"),
            """
                sameColumns(together, r0, r1, rowStart, from, to, columns);
                vector(x).tile(vectors, xStep, xHalf)
                    .weights(r0, r1, rowStart, from, to, columns).require("x");
                vector(y).tile(vectors, yStep, yHalf).rows(r0, r1, yRow).require("y");
            """)
        + method(
            "sddmm",
            ROWS + "float[] gradient, boolean accumulate, " + TILED.replace("$y", "dy"),
            """
                sameColumns(together, r0, r1, rowStart, from, to, columns);
                vector(x).tile(vectors, xStep, xHalf)
                    .weights(r0, r1, rowStart, from, to, columns).require("x");
                vector(dy).tile(vectors, dyStep, dyHalf).rows(r0, r1, dyRow).require("dy");
            """);
  }

  private static String dense() {
    return method(
            "dense",
            "int vectors, int r0, int r1, int columns, float[] weight, int weightRow, "
                + "int[] weightColumn, int[] offset, float[] bias, Output output, "
                + TILED.replace("$y", "y"),
            """
                vector(x).tile(vectors, xStep, xHalf).columns(0, columns, offset).require("x");
                vector(y).tile(vectors, yStep, yHalf).rows(r0, r1, yRow).require("y");
            """)
        + method(
            "denseGradient",
            "int r0, int r1, int k0, int k1, int[] offset, float[] gradient, int gradientStart, "
                + "int gradientRow, boolean accumulate, int runs, int length, "
                + "long x, long xStep, long xRun, long dy, long dyRow, long dyStep, long dyRun",
            """
                vector(x).times(length, xStep).times(runs, xRun).columns(k0, k1, offset).require("x");
                vector(dy).times(length, dyStep).times(runs, dyRun).rows(r0, r1, dyRow).require("dy");
            """);
  }

  private static String elementwise() {
    return runs("fill", "float value", "y")
        + runs("copy", "", "x", "y")
        + runs("clearLanes", "int live", "y")
        + runs("add", "boolean relu", "a", "b", "y")
        + runs("multiply", "", "a", "b", "y")
        + runs("reluBackward", "boolean accumulate", "y", "dy", "dx")
        + runs("scaleShift", "float scale, float shift, boolean relu", "x", "y")
        + runs("scaleShiftAdd", "float scale, float shift, boolean relu", "x", "b", "y")
        + sums("moments", "float origin", "x")
        + sums("normGradientSums", "float scale, float shift, boolean relu, float mean", "x", "dy")
        + runs(
            "normBackward",
            "float scale, float shift, boolean relu, float a, float b, float c, boolean accumulate",
            "x",
            "dy",
            "dx");
  }

  private static String runs(String name, String numbers, String... operands) {
    return runs(name, numbers, "", operands);
  }

  private static String sums(String name, String numbers, String... operands) {
    return runs(name, numbers, ", double[] sums, int at", operands);
  }

  private static String runs(String name, String numbers, String last, String[] operands) {
    var parameters =
        Arrays.stream(operands)
            .map(operand -> "long $, long $Stride".replace("$", operand))
            .collect(Collectors.joining(", "));
    var checks =
        Arrays.stream(operands)
            .map(operand -> "    run($, length, rows, $Stride, \"$\");\n".replace("$", operand))
            .collect(Collectors.joining());
    return method(
        name,
        "int rows, int length, " + (numbers.isEmpty() ? "" : numbers + ", ") + parameters + last,
        checks);
  }

  private static String pooling() {
    return method(
            "maxPool",
            WINDOW + "long x, " + TAPS + "long y, long yRow, long yColumn",
            window("x") + output("y"))
        + method(
            "maxPoolBackward",
            WINDOW + "long x, long dx, " + TAPS + "long y, long dy, long yRow, long yColumn",
            window("x") + window("dx") + output("y") + output("dy"))
        + method(
            "sumPool",
            WINDOW + "float scale, long x, " + TAPS + "long y, long yRow, long yColumn",
            window("x") + output("y"))
        + method(
            "sumPoolBackward",
            WINDOW + "float scale, long dx, " + TAPS + "long dy, long yRow, long yColumn",
            window("dx") + output("dy"));
  }

  private static String window(String operand) {
    return """
        vector($).times(windowRows, tapRow).times(windowColumns, tapColumn)
            .times(rows, xRow).times(columns, xColumn).require("$");
    """
        .replace("$", operand);
  }

  private static String output(String operand) {
    return "    vector($).times(rows, yRow).times(columns, yColumn).require(\"$\");\n"
        .replace("$", operand);
  }

  private static String method(String name, String parameters, String checks) {
    var arguments =
        Arrays.stream(parameters.split(",\\s*"))
            .map(parameter -> parameter.substring(parameter.lastIndexOf(' ') + 1))
            .collect(Collectors.joining(", "));
    return """
      @Override
      public void $name($parameters) {
    $checks    unchecked.$name($arguments);
      }

    """
        .replace("$name", name)
        .replace("$parameters", parameters)
        .replace("$checks", checks)
        .replace("$arguments", arguments);
  }

  private static final String HEAD =
      """
      package org.espalier.engine.kernels;

      import javax.annotation.processing.Generated;

      /**
       * Kernels that refuse, before they begin, to touch anything outside of living buffers; written
       * by GenerateKernels.
       */
      @Generated("GenerateKernels")
      final class CheckedKernels implements Kernels {
        private final Kernels unchecked;

        CheckedKernels(Kernels unchecked) {
          this.unchecked = unchecked;
        }

        @Override
        public int lanes() {
          return unchecked.lanes();
        }

        @Override
        public String name() {
          return unchecked.name() + ", checked";
        }

        @Override
        public int productVectors(int together) {
          return unchecked.productVectors(together);
        }

        @Override
        public int gradientVectors(int together) {
          return unchecked.gradientVectors(together);
        }

        @Override
        public float multiplyAdd(int iterations) {
          return unchecked.multiplyAdd(iterations);
        }

        @Override
        public int multiplyAddOperations() {
          return unchecked.multiplyAddOperations();
        }

        private Extent vector(long address) {
          return Extent.at(address, (long) lanes() * Float.BYTES);
        }

        private static void sameColumns(
            int together, int r0, int r1, int[] rowStart, int from, int to, Columns columns) {
          if (together == 2 && !columns.pair(r0, r1, rowStart, from, to)) {
            throw new IllegalArgumentException(
                "rows " + r0 + " to " + r1 + ": expected pairs with the same columns");
          }
        }

        private void run(long address, int length, int rows, long stride, String operand) {
          if (length % lanes() != 0) {
            throw new IndexOutOfBoundsException(
                "runs of " + length + " floats: expected a multiple of " + lanes());
          }
          Extent.at(address, (long) length * Float.BYTES).times(rows, stride).require(operand);
        }

      """;
}
