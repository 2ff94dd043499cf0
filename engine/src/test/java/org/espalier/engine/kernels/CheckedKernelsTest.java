package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.kernels.Kernels.Output;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.api.Test;

/** Calls that would touch foreign memory are refused before they begin. */
final class CheckedKernelsTest {
  private static final int[] ONE_WEIGHT = {0, 1};
  private static final float[] VALUE = {1};

  private final Kernels kernels = Kernels.best().checked();
  private final long vector = TestedKernels.vector(kernels);
  private final int shift = Long.numberOfTrailingZeros(vector);

  private void multiply(char column, long x, long y) {
    kernels.spmm(
        1,
        1,
        0,
        1,
        ONE_WEIGHT,
        0,
        1,
        Columns.of(new char[] {column}, shift),
        VALUE,
        Kernels.NO_BIAS,
        Output.ASSIGN,
        x,
        vector,
        0,
        y,
        vector,
        vector,
        0);
  }

  @Test
  void columnsBehindTheOperandAreRefused() {
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(3 * vector).address();
      var y = memory.allocate(vector).address();
      multiply((char) 2, x, y);
      assertThatThrownBy(() -> multiply((char) 3, x, y))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageStartingWith("x: ");
      assertThatThrownBy(() -> multiply((char) 60_000, x, y))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void memoryThatWasClosedIsRefused() {
    long x;
    try (var closed = new AlignedMemory()) {
      x = closed.allocate(vector).address();
    }
    try (var memory = new AlignedMemory()) {
      var y = memory.allocate(1 << 16).address();
      var elsewhere = Math.abs(x - y) < 1 << 16 ? 64 : x; // the address may have been given again
      assertThatThrownBy(() -> multiply((char) 0, elsewhere, y))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void runsThatAreNotWholeVectorsAreRefused() {
    try (var memory = new AlignedMemory()) {
      var y = memory.allocate(4 * vector).address();
      assertThatThrownBy(() -> kernels.fill(1, kernels.lanes() + 1, 0, y, 0))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("expected a multiple of " + kernels.lanes());
    }
  }

  @Test
  void tilesOfOtherSizesAreRefused() {
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(8 * vector).address();
      assertThatThrownBy(
              () ->
                  Kernels.best()
                      .spmm(
                          3,
                          1,
                          0,
                          1,
                          ONE_WEIGHT,
                          0,
                          1,
                          Columns.of(new char[] {0}, shift),
                          VALUE,
                          Kernels.NO_BIAS,
                          Output.ASSIGN,
                          x,
                          vector,
                          0,
                          x,
                          vector,
                          vector,
                          0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void rowsThatDifferAreNotTakenTogether() {
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(2 * vector).address();
      var y = memory.allocate(2 * vector).address();
      assertThatThrownBy(
              () ->
                  kernels.spmm(
                      1,
                      2,
                      0,
                      2,
                      new int[] {0, 1, 2},
                      0,
                      1,
                      Columns.of(new char[] {0, 1}, shift),
                      new float[] {1, 1},
                      Kernels.NO_BIAS,
                      Output.ASSIGN,
                      x,
                      vector,
                      0,
                      y,
                      vector,
                      vector,
                      0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("rows 0 to 2: expected pairs with the same columns");
    }
  }
}
