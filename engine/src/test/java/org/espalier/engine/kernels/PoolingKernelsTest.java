package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pooling with overlapping windows (3 by 2, stride 2 by 1) against plain loops over lanes. */
final class PoolingKernelsTest {
  private static final int HEIGHT = 7;
  private static final int WIDTH = 5;
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final int WINDOW_ROWS = 3;
  private static final int WINDOW_COLUMNS = 2;
  private static final long SEED = 41;

  static Stream<Kernels> kernels() {
    return TestedKernels.all();
  }

  /** Index of tap (h, w) of output (i, j) in the input, in vectors. */
  private static int tap(int i, int j, int h, int w) {
    return (2 * i + h) * WIDTH + j + w;
  }

  private static Windows windows(long v) {
    return new Windows(
        ROWS, COLUMNS, WINDOW_ROWS, WINDOW_COLUMNS, 2 * WIDTH * v, v, WIDTH * v, v, COLUMNS * v, v);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void maximumAndItsGradient(Kernels kernels) {
    var random = new Random(SEED);
    var lanes = kernels.lanes();
    var v = TestedKernels.vector(kernels);
    try (var memory = new AlignedMemory()) {
      var x = Floats.random(memory, HEIGHT * WIDTH * lanes, random);
      var dx = Floats.random(memory, HEIGHT * WIDTH * lanes, random);
      var y = Floats.random(memory, ROWS * COLUMNS * lanes, random);
      var dy = Floats.random(memory, ROWS * COLUMNS * lanes, random);
      var windows = windows(v);
      kernels.maxPool(windows, x.address(), y.address());
      kernels.maxPoolBackward(windows, x.address(), dx.address(), y.address(), dy.address());
      var expectedGradient = dx.initial().clone();
      for (var i = 0; i < ROWS; i++) {
        for (var j = 0; j < COLUMNS; j++) {
          for (var lane = 0; lane < lanes; lane++) {
            var best = tap(i, j, 0, 0);
            for (var t = 1; t < WINDOW_ROWS * WINDOW_COLUMNS; t++) {
              var tap = tap(i, j, t / WINDOW_COLUMNS, t % WINDOW_COLUMNS);
              if (x.initial()[tap * lanes + lane] > x.initial()[best * lanes + lane]) {
                best = tap;
              }
            }
            var output = (i * COLUMNS + j) * lanes + lane;
            assertThat(y.toArray()[output])
                .as("%s, output %d, %d, seed %d", kernels.name(), i, j, SEED)
                .isEqualTo(x.initial()[best * lanes + lane]);
            expectedGradient[best * lanes + lane] += dy.initial()[output];
          }
        }
      }
      assertThat(dx.toArray())
          .as("%s, seed %d", kernels.name(), SEED)
          .containsExactly(expectedGradient, within(1e-6f));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void equalMaximaPassTheirGradientOnce(Kernels kernels) {
    var v = TestedKernels.vector(kernels);
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(4 * v).address();
      var dx = Floats.random(memory, 4 * kernels.lanes(), new Random(SEED));
      var y = memory.allocate(v).address();
      var dy = memory.allocate(v).address();
      kernels.fill(1, 4 * kernels.lanes(), -1, x, 0);
      kernels.fill(1, 4 * kernels.lanes(), 0, dx.address(), 0);
      kernels.fill(1, kernels.lanes(), 3, dy, 0);
      var windows = new Windows(1, 1, 2, 2, v, v, 2 * v, v, v, v);
      kernels.maxPool(windows, x, y);
      kernels.maxPoolBackward(windows, x, dx.address(), y, dy);
      for (var i = 0; i < dx.length(); i++) {
        assertThat(dx.at(4L * i)).as(kernels.name()).isEqualTo(i < kernels.lanes() ? 3f : 0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void averageAndItsGradient(Kernels kernels) {
    var random = new Random(SEED);
    var lanes = kernels.lanes();
    var v = TestedKernels.vector(kernels);
    var scale = 1f / (WINDOW_ROWS * WINDOW_COLUMNS);
    try (var memory = new AlignedMemory()) {
      var x = Floats.random(memory, HEIGHT * WIDTH * lanes, random);
      var dx = Floats.random(memory, HEIGHT * WIDTH * lanes, random);
      var y = Floats.random(memory, ROWS * COLUMNS * lanes, random);
      var dy = Floats.random(memory, ROWS * COLUMNS * lanes, random);
      kernels.sumPool(windows(v), scale, x.address(), y.address());
      kernels.sumPoolBackward(windows(v), scale, dx.address(), dy.address());
      var expected = new float[y.length()];
      var expectedGradient = dx.initial().clone();
      for (var i = 0; i < ROWS; i++) {
        for (var j = 0; j < COLUMNS; j++) {
          for (var t = 0; t < WINDOW_ROWS * WINDOW_COLUMNS; t++) {
            var tap = tap(i, j, t / WINDOW_COLUMNS, t % WINDOW_COLUMNS);
            for (var lane = 0; lane < lanes; lane++) {
              var output = (i * COLUMNS + j) * lanes + lane;
              expected[output] += scale * x.initial()[tap * lanes + lane];
              expectedGradient[tap * lanes + lane] += scale * dy.initial()[output];
            }
          }
        }
      }
      var as = "%s, seed %d".formatted(kernels.name(), SEED);
      assertThat(y.toArray()).as(as).containsExactly(expected, within(1e-6f));
      assertThat(dx.toArray()).as(as).containsExactly(expectedGradient, within(1e-6f));
    }
  }
}
