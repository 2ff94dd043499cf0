package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.kernels.Panel;
import org.espalier.engine.kernels.Tile;

/**
 * A sparse matrix as kernels take it: panel after panel of its columns.
 *
 * @param whole all columns
 * @param panels the same, as they are visited
 * @param origin bytes from where a tile begins to where columns count from
 * @param vectors of the largest tile, for which the panels were made
 */
record SparseRows(Panel whole, Panel[] panels, long origin, int vectors) {

  /**
   * {@code Y = W X} for rows {@code r0} to {@code r1} on one tile.
   *
   * @param x address of the tile's operand
   * @param y address of the tile in row 0, which need not be among them
   */
  void multiply(
      Kernels kernels,
      Tile tile,
      int r0,
      int r1,
      float[] values,
      float[] bias,
      Kernels.Output output,
      long x,
      long y) {
    for (var i = 0; i < panels.length; i++) {
      kernels.spmm(tile, panels[i], r0, r1, values, bias, output(output, i), x + origin, y);
    }
  }

  /** What the whole product asks for, spread over its panels: bias first, ReLU last. */
  private Kernels.Output output(Kernels.Output whole, int panel) {
    var last = panel == panels.length - 1;
    if (panel == 0) {
      return whole == Kernels.Output.BIAS_RELU && !last ? Kernels.Output.BIAS : whole;
    }
    return whole == Kernels.Output.BIAS_RELU && last
        ? Kernels.Output.ACCUMULATE_RELU
        : Kernels.Output.ACCUMULATE;
  }

  /** The gradient at the weights of rows {@code r0} to {@code r1} over one tile. */
  void gradient(
      Kernels kernels,
      Tile tile,
      int r0,
      int r1,
      float[] gradient,
      boolean accumulate,
      long x,
      long dy) {
    for (var panel : panels) {
      kernels.sddmm(tile, panel, r0, r1, gradient, accumulate, x + origin, dy);
    }
  }

  int rows() {
    return whole.starts().length - 1;
  }

  /** Weights of rows {@code r0} to {@code r1}. */
  long weights(int r0, int r1) {
    return (long) whole.starts()[r1] - whole.starts()[r0];
  }

  /** Rows {@code first} to {@code last} cut at equal nnz: {@code [slices + 1]}. */
  int[] slices(int first, int last, int slices) {
    var cuts = new int[slices + 1];
    var rowStart = whole.starts();
    var begin = rowStart[first];
    var total = weights(first, last);
    var row = first;
    for (var slice = 0; slice < slices; slice++) {
      cuts[slice] = row;
      var goal = begin + total * (slice + 1) / slices;
      while (row < last && rowStart[row] < goal) {
        row += whole.together();
      }
    }
    cuts[slices] = last;
    return cuts;
  }
}
