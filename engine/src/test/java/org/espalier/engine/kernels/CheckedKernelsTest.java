package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.kernels.Kernels.Output;
import org.espalier.engine.memory.AlignedMemory;
import org.junit.jupiter.api.Test;

/** Calls that would touch foreign memory are refused before they begin. */
final class CheckedKernelsTest {
  private static final int[] ONE_WEIGHT = {0, 1};
  private static final float[] VALUES = {1, 1};

  private final Kernels kernels = Kernels.best().checked();
  private final long vector = TestedKernels.vector(kernels);
  private final int shift = Long.numberOfTrailingZeros(vector);

  private Tile tile(int vectors) {
    return new Tile(vectors, vector, 0, vector, vector, 0);
  }

  private static void multiply(Kernels kernels, Tile tile, Panel panel, long x, long y) {
    var rows = panel.starts().length - 1;
    kernels.spmm(tile, panel, 0, rows, VALUES, Kernels.NO_BIAS, Output.ASSIGN, x, y);
  }

  private void multiply(char column, long x, long y) {
    var columns = Columns.of(new char[] {column}, shift);
    multiply(kernels, tile(1), Panel.whole(ONE_WEIGHT, columns), x, y);
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
      var panel = Panel.whole(ONE_WEIGHT, Columns.of(new char[] {0}, shift));
      assertThatThrownBy(() -> multiply(Kernels.best(), tile(3), panel, x, x))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void rowsThatDifferAreNotTakenTogether() {
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(2 * vector).address();
      var y = memory.allocate(2 * vector).address();
      var columns = Columns.of(new char[] {0, 1}, shift);
      var panel = new Panel(new int[] {0, 1, 2}, 0, 1, columns, 2);
      assertThatThrownBy(() -> multiply(kernels, tile(1), panel, x, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("rows 0 to 2: expected pairs with the same columns");
    }
  }
}
