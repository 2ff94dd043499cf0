package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.espalier.engine.kernels.Kernels.Output;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sparse product and its weight gradient against sums in double precision. */
final class SparseKernelsTest {
  private static final int ROWS = 24;
  private static final int COLUMNS = 61;

  static Stream<Kernels> kernels() {
    return TestedKernels.all();
  }

  /** How the columns of a call are given. */
  private enum Form {
    NARROW,
    WIDE
  }

  /** One problem: a random topology with an empty and a full row, and tiles with gaps in them. */
  private static final class Problem implements AutoCloseable {
    private final AlignedMemory memory = new AlignedMemory();
    private final Kernels kernels;
    private final Tile tile;
    private final String label;
    private final int[] rowStart = new int[ROWS + 1];
    private final int[] wide;
    private final char[] narrow;
    private final int shift; // a column is four vectors
    private final float[] value;
    private final float[] bias;
    private final Floats x;
    private final Floats y;

    Problem(Kernels kernels, int vectors, long seed) {
      this(kernels, vectors, 1, seed);
    }

    /** As many rows as {@code together} says have the same columns. */
    Problem(Kernels kernels, int vectors, int together, long seed) {
      this(kernels, vectors, together, true, seed);
    }

    /** The vectors of a tile's half touch each other if {@code near}. */
    Problem(Kernels kernels, int vectors, int together, boolean near, long seed) {
      this.kernels = kernels;
      this.label =
          "%s, %d vectors%s, %d rows together, seed %d"
              .formatted(kernels.name(), vectors, near ? " side by side" : "", together, seed);
      var random = new Random(seed);
      wide = topology(together, random);
      narrow = new char[wide.length];
      for (var p = 0; p < wide.length; p++) {
        narrow[p] = (char) wide[p];
      }
      value = Floats.randomArray(wide.length, random);
      bias = Floats.randomArray(ROWS, random);
      var vector = TestedKernels.vector(kernels);
      tile =
          new Tile(
              vectors,
              near ? vector : 2 * vector,
              19 * vector,
              59 * vector,
              3 * vector,
              29 * vector);
      shift = Long.numberOfTrailingZeros(4 * vector);
      x = Floats.random(memory, (4 * COLUMNS + 40) * kernels.lanes(), random);
      y = Floats.random(memory, 60 * ROWS * kernels.lanes(), random);
    }

    private int[] topology(int together, Random random) {
      var columns = new int[ROWS * COLUMNS];
      var next = 0;
      for (var r = 0; r < ROWS; r++) {
        if (r % together == 0) {
          for (var c = 0; c < COLUMNS; c++) {
            if (r != 6 && (r == 8 || random.nextDouble() < 0.15)) {
              columns[next++] = c;
            }
          }
        } else {
          var length = next - rowStart[r - 1];
          System.arraycopy(columns, rowStart[r - 1], columns, next, length);
          next += length;
        }
        rowStart[r + 1] = next;
      }
      return Arrays.copyOf(columns, next);
    }

    private Panel panel(int together, Form form, int[] starts, int from, int to) {
      var columns =
          switch (form) {
            case NARROW -> Columns.of(narrow, shift);
            case WIDE -> Columns.of(wide, shift);
          };
      return new Panel(starts, from, to, columns, together);
    }

    void multiply(Form form, int r0, int r1, int[] starts, int from, int to, Output output) {
      multiply(1, form, r0, r1, starts, from, to, output);
    }

    void multiply(
        int together, Form form, int r0, int r1, int[] starts, int from, int to, Output output) {
      kernels.spmm(
          tile,
          panel(together, form, starts, from, to),
          r0,
          r1,
          value,
          bias,
          output,
          x.address(),
          y.address());
    }

    void gradient(Form form, int[] starts, int from, int to, float[] gradient, boolean add) {
      gradient(1, form, starts, from, to, gradient, add);
    }

    void gradient(
        int together, Form form, int[] starts, int from, int to, float[] gradient, boolean add) {
      kernels.sddmm(
          tile,
          panel(together, form, starts, from, to),
          0,
          ROWS,
          gradient,
          add,
          x.address(),
          y.address());
    }

    /** The starts of two panels of columns, one behind the other, and the end of the second. */
    int[] panels(int boundary) {
      var starts = new int[3 * ROWS];
      for (var r = 0; r < ROWS; r++) {
        var p = rowStart[r];
        while (p < rowStart[r + 1] && wide[p] < boundary) {
          p++;
        }
        starts[r] = rowStart[r];
        starts[ROWS + r] = p;
        starts[2 * ROWS + r] = rowStart[r + 1];
      }
      return starts;
    }

    long xAt(int column, int j, int lane) {
      return ((long) column << shift) + position(j, tile.xStep(), tile.xHalf()) + 4L * lane;
    }

    long yAt(int row, int j, int lane) {
      return row * tile.yRow() + position(j, tile.yStep(), tile.yHalf()) + 4L * lane;
    }

    private long position(int j, long step, long half) {
      return switch (tile.vectors()) {
        case 1 -> 0;
        case 2 -> j * step;
        case 4 -> (j & 1) * step + (j >> 1) * half;
        case 8 -> (j & 3) * step + (j >> 2) * half;
        default -> (j & 7) * step + (j >> 3) * half;
      };
    }

    double expected(int row, int j, int lane, Output output) {
      var sum =
          switch (output) {
            case ASSIGN -> 0;
            case BIAS, BIAS_RELU -> bias[row];
            case ACCUMULATE, ACCUMULATE_RELU -> y.first(yAt(row, j, lane));
          };
      for (var p = rowStart[row]; p < rowStart[row + 1]; p++) {
        sum += (double) value[p] * x.first(xAt(wide[p], j, lane));
      }
      return output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU
          ? Math.max(0, sum)
          : sum;
    }

    double expectedGradient(int row, int column) {
      var sum = 0.0;
      for (var j = 0; j < tile.vectors(); j++) {
        for (var lane = 0; lane < kernels.lanes(); lane++) {
          sum += y.first(yAt(row, j, lane)) * x.first(xAt(column, j, lane));
        }
      }
      return sum;
    }

    /** Compares rows r0 to r1, and that nothing else was written. */
    void verify(int r0, int r1, Output output, String call) {
      var untouched = y.initial().clone();
      for (var r = r0; r < r1; r++) {
        for (var j = 0; j < tile.vectors(); j++) {
          for (var lane = 0; lane < kernels.lanes(); lane++) {
            var at = yAt(r, j, lane);
            assertThat((double) y.at(at))
                .as("%s, %s, row %d, vector %d, lane %d", label, call, r, j, lane)
                .isCloseTo(expected(r, j, lane, output), within(1e-6 * COLUMNS));
            untouched[(int) (at / 4)] = y.at(at);
          }
        }
      }
      assertThat(y.toArray()).as("%s, %s: nothing else written", label, call).isEqualTo(untouched);
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productsAgreeWithDoublePrecision(Kernels kernels) {
    for (var vectors : new int[] {1, 2, 4, 8}) {
      for (var form : Form.values()) {
        for (var output : Output.values()) {
          for (var near : new boolean[] {true, false}) {
            try (var problem = new Problem(kernels, vectors, 1, near, 11L + vectors)) {
              problem.multiply(form, 0, ROWS, problem.rowStart, 0, 1, output);
              problem.verify(0, ROWS, output, form + " " + output);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rowRangesWriteTheirRowsAlone(Kernels kernels) {
    try (var problem = new Problem(kernels, 4, 3)) {
      problem.multiply(Form.NARROW, 6, 7, problem.rowStart, 0, 1, Output.BIAS);
      problem.multiply(Form.NARROW, 9, 9, problem.rowStart, 0, 1, Output.BIAS);
      problem.verify(6, 7, Output.BIAS, "row 6");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void panelsAddUpToTheSameBits(Kernels kernels) {
    for (var vectors : new int[] {1, 2, 4, 8}) {
      try (var whole = new Problem(kernels, vectors, 5);
          var parts = new Problem(kernels, vectors, 5)) {
        whole.multiply(Form.NARROW, 0, ROWS, whole.rowStart, 0, 1, Output.BIAS_RELU);
        var starts = parts.panels(17);
        parts.multiply(Form.NARROW, 0, ROWS, starts, 0, ROWS, Output.BIAS);
        parts.multiply(Form.NARROW, 0, ROWS, starts, ROWS, 2 * ROWS, Output.ACCUMULATE_RELU);
        assertThat(parts.y.toArray()).as(parts.label).isEqualTo(whole.y.toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsAgreeWithDoublePrecision(Kernels kernels) {
    for (var vectors = kernels.gradientVectors(1); vectors > 0; vectors /= 2) {
      for (var form : Form.values()) {
        for (var near : new boolean[] {true, false}) {
          try (var problem = new Problem(kernels, vectors, 1, near, 100 + vectors)) {
            var gradient = Floats.randomArray(problem.wide.length, new Random(1));
            problem.gradient(form, problem.rowStart, 0, 1, gradient, false);
            var assigned = gradient.clone();
            problem.gradient(form, problem.rowStart, 0, 1, gradient, true);
            for (var r = 0; r < ROWS; r++) {
              for (var p = problem.rowStart[r]; p < problem.rowStart[r + 1]; p++) {
                var expected = problem.expectedGradient(r, problem.wide[p]);
                var tolerance = within(2e-7 * vectors * kernels.lanes() + 1e-6);
                assertThat((double) assigned[p])
                    .as("%s, %s, weight %d", problem.label, form, p)
                    .isCloseTo(expected, tolerance);
                assertThat(gradient[p])
                    .as("%s, %s, weight %d, accumulated", problem.label, form, p)
                    .isEqualTo(2 * assigned[p]);
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsOfPanelsAreTheSameBits(Kernels kernels) {
    try (var problem = new Problem(kernels, 8, 5)) {
      var whole = new float[problem.wide.length];
      var parts = new float[problem.wide.length];
      var starts = problem.panels(17);
      problem.gradient(Form.NARROW, problem.rowStart, 0, 1, whole, false);
      problem.gradient(Form.NARROW, starts, 0, ROWS, parts, false);
      problem.gradient(Form.NARROW, starts, ROWS, 2 * ROWS, parts, false);
      assertThat(parts).as(problem.label).isEqualTo(whole);
    }
  }

  /** A step must not depend on how far the compiler has come. */
  @ParameterizedTest
  @MethodSource("kernels")
  void compiledKernelsGiveTheBitsOfInterpretedOnes(Kernels kernels) {
    try (var problem = new Problem(kernels, 8, 5)) {
      var first = new float[problem.wide.length];
      problem.gradient(Form.NARROW, problem.rowStart, 0, 1, first, false);
      problem.multiply(Form.NARROW, 0, ROWS, problem.rowStart, 0, 1, Output.BIAS);
      var product = problem.y.toArray();
      for (var call = 0; call < 1_000; call++) {
        problem.multiply(Form.NARROW, 0, ROWS, problem.rowStart, 0, 1, Output.BIAS);
      }
      assertThat(problem.y.toArray()).as(problem.label).isEqualTo(product);
      // The product has replaced what the first gradient was taken of.
      problem.y.restore();
      var last = new float[problem.wide.length];
      for (var call = 0; call < 1_000; call++) {
        problem.gradient(Form.NARROW, problem.rowStart, 0, 1, last, false);
      }
      assertThat(last).as(problem.label).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void pairsOfRowsHaveTheBitsOfSingleRows(Kernels kernels) {
    for (var vectors = kernels.productVectors(2); vectors > 0; vectors /= 2) {
      for (var form : Form.values()) {
        for (var output : Output.values()) {
          for (var near : new boolean[] {true, false}) {
            try (var single = new Problem(kernels, vectors, 2, near, 21L + vectors);
                var pairs = new Problem(kernels, vectors, 2, near, 21L + vectors)) {
              single.multiply(1, form, 2, ROWS - 2, single.rowStart, 0, 1, output);
              pairs.multiply(2, form, 2, ROWS - 2, pairs.rowStart, 0, 1, output);
              assertThat(pairs.y.toArray())
                  .as("%s, %s, %s", pairs.label, form, output)
                  .isEqualTo(single.y.toArray());
              pairs.verify(2, ROWS - 2, output, form + " " + output);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void panelsOfPairsAddUpToTheSameBits(Kernels kernels) {
    try (var whole = new Problem(kernels, 4, 2, 5);
        var parts = new Problem(kernels, 4, 2, 5)) {
      whole.multiply(2, Form.NARROW, 0, ROWS, whole.rowStart, 0, 1, Output.BIAS_RELU);
      var starts = parts.panels(17);
      parts.multiply(2, Form.NARROW, 0, ROWS, starts, 0, ROWS, Output.BIAS);
      parts.multiply(2, Form.NARROW, 0, ROWS, starts, ROWS, 2 * ROWS, Output.ACCUMULATE_RELU);
      assertThat(parts.y.toArray()).as(parts.label).isEqualTo(whole.y.toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsOfPairsHaveTheBitsOfThoseOfSingleRows(Kernels kernels) {
    for (var vectors = kernels.gradientVectors(2); vectors > 0; vectors /= 2) {
      for (var form : Form.values()) {
        for (var near : new boolean[] {true, false}) {
          try (var problem = new Problem(kernels, vectors, 2, near, 100 + vectors)) {
            var single = Floats.randomArray(problem.wide.length, new Random(1));
            var pairs = single.clone();
            var label = problem.label + ", " + form;
            problem.gradient(1, form, problem.rowStart, 0, 1, single, false);
            problem.gradient(2, form, problem.rowStart, 0, 1, pairs, false);
            assertThat(pairs).as(label).isEqualTo(single);
            var starts = problem.panels(17);
            problem.gradient(2, form, starts, 0, ROWS, pairs, true);
            problem.gradient(2, form, starts, ROWS, 2 * ROWS, pairs, true);
            for (var p = 0; p < pairs.length; p++) {
              assertThat(pairs[p]).as("%s, weight %d", label, p).isEqualTo(2 * single[p]);
            }
          }
        }
      }
    }
  }

  /** A step must not depend on how far the compiler has come. */
  @ParameterizedTest
  @MethodSource("kernels")
  void compiledGradientsOfPairsHaveTheBitsOfInterpretedOnes(Kernels kernels) {
    try (var problem = new Problem(kernels, 4, 2, 5)) {
      var first = new float[problem.wide.length];
      problem.gradient(2, Form.NARROW, problem.rowStart, 0, 1, first, false);
      var last = new float[problem.wide.length];
      for (var call = 0; call < 1_000; call++) {
        problem.gradient(2, Form.NARROW, problem.rowStart, 0, 1, last, false);
      }
      assertThat(last).as(problem.label).isEqualTo(first);
    }
  }
}
