package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.espalier.engine.kernels.Kernels.Output;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dense product and its weight gradient against sums in double precision. */
final class DenseKernelsTest {
  private static final int ROWS = 11; // two blocks of four and a rest, three of three and a rest
  private static final int COLUMNS = 23;

  static Stream<Kernels> kernels() {
    return TestedKernels.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productsAgreeWithDoublePrecision(Kernels kernels) {
    for (var vectors : new int[] {1, 2, 4}) {
      for (var output : Output.values()) {
        for (var transposed : new boolean[] {false, true}) {
          multiply(kernels, vectors, output, transposed);
        }
      }
    }
  }

  private static void multiply(Kernels kernels, int vectors, Output output, boolean transposed) {
    var seed = 31L + vectors;
    var random = new Random(seed);
    var vector = TestedKernels.vector(kernels);
    var offset = new int[COLUMNS];
    var weightColumn = new int[COLUMNS];
    for (var k = 0; k < COLUMNS; k++) {
      offset[k] = (int) (vector * 3 * (COLUMNS - 1 - k)); // mirrored, as in an input gradient
      weightColumn[k] = transposed ? k * ROWS : k;
    }
    var weightRow = transposed ? 1 : COLUMNS;
    var columns = new DenseColumns(weightRow, weightColumn, offset);
    var tile = new Tile(vectors, vector, 13 * vector, 17 * vector, 2 * vector, 7 * vector);
    var weight = Floats.randomArray(ROWS * COLUMNS, random);
    var bias = Floats.randomArray(ROWS, random);
    try (var memory = new AlignedMemory()) {
      var x = Floats.random(memory, (3 * COLUMNS + 20) * kernels.lanes(), random);
      var y = Floats.random(memory, 20 * ROWS * kernels.lanes(), random);
      kernels.dense(tile, columns, 1, ROWS, weight, bias, output, x.address(), y.address());
      for (var r = 0; r < ROWS; r++) {
        for (var j = 0; j < vectors; j++) {
          for (var lane = 0; lane < kernels.lanes(); lane++) {
            var half = vectors == 4 ? j / 2 : 0;
            var step = vectors == 4 ? j % 2 : j;
            var at = (17 * r + 2 * step + 7 * half) * vector + 4L * lane;
            var expected = r == 0 ? y.first(at) : start(output, bias[r], y.first(at));
            for (var k = 0; r > 0 && k < COLUMNS; k++) {
              expected +=
                  weight[r * weightRow + weightColumn[k]]
                      * x.first(offset[k] + (step + 13 * half) * vector + 4L * lane);
            }
            if (r > 0 && (output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU)) {
              expected = Math.max(0, expected);
            }
            assertThat((double) y.at(at))
                .as(
                    "%s, %d vectors, %s, transposed %s, row %d, vector %d, lane %d, seed %d",
                    kernels.name(), vectors, output, transposed, r, j, lane, seed)
                .isCloseTo(expected, within(1e-6 * COLUMNS));
          }
        }
      }
    }
  }

  private static double start(Output output, double bias, double y) {
    return switch (output) {
      case ASSIGN -> 0;
      case BIAS, BIAS_RELU -> bias;
      case ACCUMULATE, ACCUMULATE_RELU -> y;
    };
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsOfStripsAgreeWithDoublePrecision(Kernels kernels) {
    var seed = 17L;
    var random = new Random(seed);
    var vector = TestedKernels.vector(kernels);
    var runs = 3;
    var length = 5;
    var strip = new Runs(runs, length, 2 * vector, 31 * vector, 37 * vector, vector, 11 * vector);
    var offset = new int[COLUMNS];
    for (var k = 0; k < COLUMNS; k++) {
      offset[k] = (int) (k * vector);
    }
    var start = 7;
    var gradientRow = 29;
    try (var memory = new AlignedMemory()) {
      var x = Floats.random(memory, (COLUMNS + 100) * kernels.lanes(), random);
      var dy = Floats.random(memory, 40 * ROWS * kernels.lanes(), random);
      for (var k0 : new int[] {0, 2}) {
        var gradient = Floats.randomArray(start + gradientRow * ROWS, random);
        var expected = new double[gradient.length];
        for (var i = 0; i < gradient.length; i++) {
          expected[i] = gradient[i];
        }
        var k1 = COLUMNS - k0;
        for (var pass = 0; pass < 2; pass++) {
          kernels.denseGradient(
              strip,
              1,
              ROWS,
              k0,
              k1,
              offset,
              gradient,
              start,
              gradientRow,
              pass > 0,
              x.address(),
              dy.address());
        }
        for (var r = 1; r < ROWS; r++) {
          for (var k = k0; k < k1; k++) {
            var sum = 0.0;
            for (var i = 0; i < runs * length * kernels.lanes(); i++) {
              var lane = 4L * (i % kernels.lanes());
              var j = i / kernels.lanes() % length;
              var run = i / kernels.lanes() / length;
              sum +=
                  x.first(offset[k] + (2 * j + 31 * run) * vector + lane)
                      * dy.first((37 * r + j + 11 * run) * vector + lane);
            }
            expected[start + (r - 1) * gradientRow + k - k0] = 2 * sum;
          }
        }
        for (var i = 0; i < gradient.length; i++) {
          assertThat((double) gradient[i])
              .as("%s, columns from %d, index %d, seed %d", kernels.name(), k0, i, seed)
              .isCloseTo(expected[i], within(4e-7 * runs * length * kernels.lanes()));
        }
      }
    }
  }
}
