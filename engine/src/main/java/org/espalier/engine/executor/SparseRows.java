package org.espalier.engine.executor;

import org.espalier.engine.kernels.Columns;
import org.espalier.engine.kernels.Kernels;

/**
 * A sparse matrix as kernels take it: compressed rows, where columns find their operands, whether
 * rows come in pairs of the same columns, and the panels in which columns are visited.
 *
 * @param origin bytes from where a tile begins to where columns count from
 * @param together 2 if rows 2i and 2i + 1 have the same columns, for every i; else 1
 * @param vectors of the largest tile, for which the panels were made
 */
record SparseRows(
    int[] rowStart, Columns columns, long origin, int together, int vectors, Panels panels) {

  /** 2 if rows 2i and 2i + 1 have the same columns, for every i; else 1. */
  static int together(int[] rowStart, Columns columns) {
    return columns.pair(0, rowStart.length - 1, rowStart, 0, 1) ? 2 : 1;
  }

  /**
   * {@code Y = W X} for rows {@code r0} to {@code r1} on one tile.
   *
   * @param y address of row 0, which need not be among them
   */
  void multiply(
      Kernels kernels,
      Tile tile,
      int r0,
      int r1,
      float[] values,
      float[] bias,
      Kernels.Output output,
      Side from,
      long x,
      Side to,
      long y) {
    for (var panel = 0; panel < panels.count(); panel++) {
      kernels.spmm(
          tile.vectors(),
          together,
          r0,
          r1,
          panels.starts(),
          panels.from(panel),
          panels.to(panel),
          columns,
          values,
          bias,
          output(output, panel),
          x + origin,
          from.step(tile),
          from.half(tile),
          y,
          to.tensor().channelBytes(),
          to.step(tile),
          to.half(tile));
    }
  }

  /** What the whole product asks for, spread over its panels: bias first, ReLU last. */
  private Kernels.Output output(Kernels.Output whole, int panel) {
    var last = panel == panels.count() - 1;
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
      Side from,
      long x,
      Side to,
      long dy) {
    for (var panel = 0; panel < panels.count(); panel++) {
      kernels.sddmm(
          tile.vectors(),
          together,
          r0,
          r1,
          panels.starts(),
          panels.from(panel),
          panels.to(panel),
          columns,
          gradient,
          accumulate,
          x + origin,
          from.step(tile),
          from.half(tile),
          dy,
          to.tensor().channelBytes(),
          to.step(tile),
          to.half(tile));
    }
  }

  /** Weights of rows {@code r0} to {@code r1}. */
  long weights(int r0, int r1) {
    return (long) rowStart[r1] - rowStart[r0];
  }

  /** Rows {@code first} to {@code last} cut at equal nnz: {@code [slices + 1]}. */
  int[] slices(int first, int last, int slices) {
    var cuts = new int[slices + 1];
    var begin = rowStart[first];
    var total = weights(first, last);
    var row = first;
    for (var slice = 0; slice < slices; slice++) {
      cuts[slice] = row;
      var goal = begin + total * (slice + 1) / slices;
      while (row < last && rowStart[row] < goal) {
        row += together;
      }
    }
    cuts[slices] = last;
    return cuts;
  }
}
