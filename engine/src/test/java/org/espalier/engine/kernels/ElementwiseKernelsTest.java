package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The passes over runs of floats against the same sums in double precision. */
final class ElementwiseKernelsTest {
  private static final int ROWS = 3;
  private static final int VECTORS = 5; // of a run; between two runs lie two more
  private static final long SEED = 29;
  private static final float SCALE = 1.7f;
  private static final float SHIFT = 0.3f;

  static Stream<Kernels> kernels() {
    return TestedKernels.all();
  }

  /** Two operands, a result, and the numbers of a run. */
  private record Operands(Kernels kernels, Floats a, Floats b, Floats y, int length, long stride) {

    /** What the result should be at an element that is part of a run. */
    interface Formula {
      double of(double a, double b, double y, int lane);
    }

    void verify(String name, Formula formula) {
      for (var i = 0; i < y.length(); i++) {
        var at = 4L * i;
        var inRun = at % stride < 4L * length;
        var expected =
            inRun
                ? formula.of(a.first(at), b.first(at), y.first(at), i % kernels.lanes())
                : y.first(at);
        assertThat((double) y.at(at))
            .as("%s, %s, element %d, seed %d", kernels.name(), name, i, SEED)
            .isCloseTo(expected, within(1e-6));
      }
    }
  }

  private static void on(Kernels kernels, Consumer<Operands> test) {
    var random = new Random(SEED);
    var length = VECTORS * kernels.lanes();
    var total = ROWS * (VECTORS + 2) * kernels.lanes();
    try (var memory = new AlignedMemory()) {
      test.accept(
          new Operands(
              kernels,
              Floats.random(memory, total, random),
              Floats.random(memory, total, random),
              Floats.random(memory, total, random),
              length,
              (VECTORS + 2) * TestedKernels.vector(kernels)));
    }
  }

  private static double positive(boolean relu, double value) {
    return relu ? Math.max(0, value) : value;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void fillsAndCopies(Kernels kernels) {
    on(
        kernels,
        o -> {
          kernels.fill(ROWS, o.length, 2.5f, o.y.address(), o.stride);
          o.verify("fill", (a, b, y, lane) -> 2.5);
          kernels.copy(ROWS, o.length, o.a.address(), o.stride, o.y.address(), o.stride);
          o.verify("copy", (a, b, y, lane) -> a);
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void clearsTheLanesOfAbsentSamples(Kernels kernels) {
    for (var live : new int[] {0, 1, 3, kernels.lanes()}) {
      on(
          kernels,
          o -> {
            kernels.clearLanes(ROWS, o.length, live, o.y.address(), o.stride);
            o.verify("live " + live, (a, b, y, lane) -> lane < live ? y : 0);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addsAndMultiplies(Kernels kernels) {
    for (var relu : new boolean[] {false, true}) {
      on(
          kernels,
          o -> {
            kernels.add(
                ROWS,
                o.length,
                relu,
                o.a.address(),
                o.stride,
                o.b.address(),
                o.stride,
                o.y.address(),
                o.stride);
            o.verify("add, relu " + relu, (a, b, y, lane) -> positive(relu, a + b));
          });
    }
    on(
        kernels,
        o -> {
          kernels.multiply(
              ROWS,
              o.length,
              o.a.address(),
              o.stride,
              o.b.address(),
              o.stride,
              o.y.address(),
              o.stride);
          o.verify("multiply", (a, b, y, lane) -> a * b);
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addsInPlace(Kernels kernels) {
    on(
        kernels,
        o -> {
          kernels.add(
              ROWS,
              o.length,
              false,
              o.y.address(),
              o.stride,
              o.a.address(),
              o.stride,
              o.y.address(),
              o.stride);
          o.verify("add in place", (a, b, y, lane) -> y + a);
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void reluPassesGradientsWhereItsOutputIsPositive(Kernels kernels) {
    for (var accumulate : new boolean[] {false, true}) {
      on(
          kernels,
          o -> {
            kernels.reluBackward(
                ROWS,
                o.length,
                accumulate,
                o.a.address(),
                o.stride,
                o.b.address(),
                o.stride,
                o.y.address(),
                o.stride);
            o.verify(
                "accumulate " + accumulate,
                (a, b, y, lane) -> (a > 0 ? b : 0) + (accumulate ? y : 0));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void scalesAndShifts(Kernels kernels) {
    for (var relu : new boolean[] {false, true}) {
      on(
          kernels,
          o -> {
            kernels.scaleShift(
                ROWS,
                o.length,
                SCALE,
                SHIFT,
                relu,
                o.a.address(),
                o.stride,
                o.y.address(),
                o.stride);
            o.verify("relu " + relu, (a, b, y, lane) -> positive(relu, SCALE * a + SHIFT));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void scalesAndShiftsAndAdds(Kernels kernels) {
    for (var relu : new boolean[] {false, true}) {
      on(
          kernels,
          o -> {
            kernels.scaleShiftAdd(
                ROWS,
                o.length,
                SCALE,
                SHIFT,
                relu,
                o.a.address(),
                o.stride,
                o.b.address(),
                o.stride,
                o.y.address(),
                o.stride);
            o.verify("relu " + relu, (a, b, y, lane) -> positive(relu, SCALE * a + SHIFT + b));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void momentsAreTakenAboutTheOrigin(Kernels kernels) {
    on(
        kernels,
        o -> {
          var sums = new double[] {9, 1, 2, 9};
          kernels.moments(ROWS, o.length, 0.25f, o.a.address(), o.stride, sums, 1);
          var expected = new double[] {9, 1, 2, 9};
          for (var i = 0; i < o.a.length(); i++) {
            if (4L * i % o.stride < 4L * o.length) {
              var value = o.a.first(4L * i) - 0.25;
              expected[1] += value;
              expected[2] += value * value;
            }
          }
          assertThat(sums).as(kernels.name()).containsExactly(expected, within(1e-4));
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalisationSumsTheGradientBehindItsRelu(Kernels kernels) {
    for (var relu : new boolean[] {false, true}) {
      on(
          kernels,
          o -> {
            var sums = new double[2];
            kernels.normGradientSums(
                ROWS,
                o.length,
                SCALE,
                SHIFT,
                relu,
                0.2f,
                o.a.address(),
                o.stride,
                o.b.address(),
                o.stride,
                sums,
                0);
            var expected = new double[2];
            for (var i = 0; i < o.a.length(); i++) {
              var x = o.a.first(4L * i);
              if (4L * i % o.stride < 4L * o.length && (!relu || SCALE * x + SHIFT > 0)) {
                expected[0] += o.b.first(4L * i);
                expected[1] += o.b.first(4L * i) * (x - 0.2f);
              }
            }
            assertThat(sums)
                .as("%s, relu %s, seed %d", kernels.name(), relu, SEED)
                .containsExactly(expected, within(1e-4));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalisationCombinesGradientAndInput(Kernels kernels) {
    for (var relu : new boolean[] {false, true}) {
      for (var accumulate : new boolean[] {false, true}) {
        on(
            kernels,
            o -> {
              kernels.normBackward(
                  ROWS,
                  o.length,
                  SCALE,
                  SHIFT,
                  relu,
                  0.9f,
                  -0.4f,
                  0.1f,
                  accumulate,
                  o.a.address(),
                  o.stride,
                  o.b.address(),
                  o.stride,
                  o.y.address(),
                  o.stride);
              o.verify(
                  "relu " + relu + ", accumulate " + accumulate,
                  (x, dy, dx, lane) ->
                      0.9f * (relu && SCALE * x + SHIFT <= 0 ? 0 : dy)
                          - 0.4f * x
                          + 0.1f
                          + (accumulate ? dx : 0));
            });
      }
    }
  }
}
