import java.util.Arrays;
import java.util.stream.Collectors;

/** The kernels that look at every address before they pass a call on to unchecked ones. */
final class CheckedKernels {
  private CheckedKernels() {}

  /** The whole class. */
  static String text() {
    return HEAD + sparse() + dense() + elementwise() + pooling() + "}\n";
  }

  private static String sparse() {
    return method(
            "spmm",
            "Tile tile, Panel panel, int r0, int r1, float[] value, float[] bias, Output output, "
                + "long x, long y",
            """
                panel.requirePairs(r0, r1);
                vector(x).operand(tile).weights(panel, r0, r1).require("x");
                vector(y).result(tile, r0, r1).require("y");
            """)
        + method(
            "sddmm",
            "Tile tile, Panel panel, int r0, int r1, float[] gradient, boolean accumulate, "
                + "long x, long dy",
            """
                panel.requirePairs(r0, r1);
                vector(x).operand(tile).weights(panel, r0, r1).require("x");
                vector(dy).result(tile, r0, r1).require("dy");
            """);
  }

  private static String dense() {
    return method(
            "dense",
            "Tile tile, DenseColumns columns, int r0, int r1, float[] weight, float[] bias, "
                + "Output output, long x, long y",
            """
                vector(x).operand(tile).columns(0, columns.count(), columns.offset()).require("x");
                vector(y).result(tile, r0, r1).require("y");
            """)
        + method(
            "denseGradient",
            "Runs runs, int r0, int r1, int k0, int k1, int[] offset, float[] gradient, "
                + "int gradientStart, int gradientRow, boolean accumulate, long x, long dy",
            """
                vector(x).times(runs.length(), runs.xStep()).times(runs.count(), runs.xRun())
                    .columns(k0, k1, offset).require("x");
                vector(dy).times(runs.length(), runs.dyStep()).times(runs.count(), runs.dyRun())
                    .rows(r0, r1, runs.dyRow()).require("dy");
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
    return method("maxPool", "Windows windows, long x, long y", window("x") + output("y"))
        + method(
            "maxPoolBackward",
            "Windows windows, long x, long dx, long y, long dy",
            window("x") + window("dx") + output("y") + output("dy"))
        + method(
            "sumPool", "Windows windows, float scale, long x, long y", window("x") + output("y"))
        + method(
            "sumPoolBackward",
            "Windows windows, float scale, long dx, long dy",
            window("dx") + output("dy"));
  }

  private static String window(String operand) {
    return "    vector($).input(windows).require(\"$\");\n".replace("$", operand);
  }

  private static String output(String operand) {
    return "    vector($).output(windows).require(\"$\");\n".replace("$", operand);
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

        private void run(long address, int length, int rows, long stride, String operand) {
          if (length % lanes() != 0) {
            throw new IndexOutOfBoundsException(
                "runs of " + length + " floats: expected a multiple of " + lanes());
          }
          Extent.at(address, (long) length * Float.BYTES).times(rows, stride).require(operand);
        }

      """;
}
