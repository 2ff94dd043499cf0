package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;

/**
 * A sparse matrix as kernels take it: compressed rows, how a column leads to its operand, and the
 * panels in which columns are visited.
 *
 * <p>Features lie at multiples of one distance, which needs no table and thereby saves a tenth of
 * the time; taps of convolutions are looked up in a table of offsets.
 *
 * @param narrow 16-bit columns, empty if they are wide
 * @param offsets byte offset of each column; empty where column c lies {@code c·columnBytes} away
 */
record SparseRows(
    int[] rowStart, char[] narrow, int[] wide, int[] offsets, long columnBytes, Panels panels) {

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
    var rowBytes = to.tensor().channelBytes();
    var vectors = tile.vectors();
    for (var panel = 0; panel < panels.count(); panel++) {
      var begin = panels.from(panel);
      var end = panels.to(panel);
      var out = output(output, panel);
      if (narrow.length == 0) {
        kernels.spmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            wide,
            columnBytes,
            values,
            bias,
            out,
            x,
            from.step(tile),
            from.half(tile),
            y,
            rowBytes,
            to.step(tile),
            to.half(tile));
      } else if (offsets.length == 0) {
        kernels.spmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            narrow,
            columnBytes,
            values,
            bias,
            out,
            x,
            from.step(tile),
            from.half(tile),
            y,
            rowBytes,
            to.step(tile),
            to.half(tile));
      } else {
        kernels.spmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            narrow,
            offsets,
            values,
            bias,
            out,
            x,
            from.step(tile),
            from.half(tile),
            y,
            rowBytes,
            to.step(tile),
            to.half(tile));
      }
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
    var rowBytes = to.tensor().channelBytes();
    var vectors = tile.vectors();
    for (var panel = 0; panel < panels.count(); panel++) {
      var begin = panels.from(panel);
      var end = panels.to(panel);
      if (narrow.length == 0) {
        kernels.sddmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            wide,
            columnBytes,
            gradient,
            accumulate,
            x,
            from.step(tile),
            from.half(tile),
            dy,
            rowBytes,
            to.step(tile),
            to.half(tile));
      } else if (offsets.length == 0) {
        kernels.sddmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            narrow,
            columnBytes,
            gradient,
            accumulate,
            x,
            from.step(tile),
            from.half(tile),
            dy,
            rowBytes,
            to.step(tile),
            to.half(tile));
      } else {
        kernels.sddmm(
            vectors,
            r0,
            r1,
            panels.starts(),
            begin,
            end,
            narrow,
            offsets,
            gradient,
            accumulate,
            x,
            from.step(tile),
            from.half(tile),
            dy,
            rowBytes,
            to.step(tile),
            to.half(tile));
      }
    }
  }

  /** Weights of rows {@code r0} to {@code r1}. */
  long weights(int r0, int r1) {
    return (long) rowStart[r1] - rowStart[r0];
  }
}
