package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;

/**
 * {@code Y = W X} for the stored weights of one sparse matrix, over a plane: the forward product,
 * and each parity of the input gradient over the mirrored matrix.
 *
 * <p>A task is one group of samples, one band of tiles and one slice of rows; every output belongs
 * to exactly one task.
 */
final class SparseMultiply implements WorkerPool.Task {
  /** Vectors of output per task: enough work to be worth handing out. */
  private static final int BAND_VECTORS = 64;

  private final Plane plane;
  private final Side from;
  private final Side to;
  private final int[] offsets;
  private final Tile[][][] bands; // [groups][band][tile]
  private final Pass pass;

  private int[] rowStart = {0};
  private char[] columns = {};
  private int[] wideColumns = {};
  private boolean narrow = true;
  private int firstRow;
  private int[] slices = {0, 0};
  private float[] values = {};
  private float[] bias = Kernels.NO_BIAS;
  private Kernels.Output output = Kernels.Output.ASSIGN;

  SparseMultiply(Plane plane, Side from, Side to, int[] offsets, Pass pass) {
    this.plane = plane;
    this.from = from;
    this.to = to;
    this.offsets = offsets;
    this.pass = pass;
    this.bands = plane.bands(to.tensor().groups(), 8, BAND_VECTORS);
  }

  /** Adopts rows {@code first} to {@code last} of a matrix; row {@code first} is channel 0 of Y. */
  void structure(
      int[] rowStart, boolean narrow, char[] columns, int[] wideColumns, int first, int last) {
    this.rowStart = rowStart;
    this.narrow = narrow;
    this.columns = columns;
    this.wideColumns = wideColumns;
    this.firstRow = first;
    var groups = to.tensor().groups();
    var tasks = plane.repeats(groups) * bands[groups].length;
    // Few tiles: cut the rows as well, so that all threads have something to do.
    var wanted = tasks >= 2 * pass.threads() ? 1 : pass.threads();
    this.slices = SparseStructure.slices(rowStart, first, last, wanted);
  }

  boolean empty() {
    return rowStart[slices[slices.length - 1]] == rowStart[firstRow];
  }

  void multiply(float[] values, float[] bias, Kernels.Output output) {
    this.values = values;
    this.bias = bias;
    this.output = output;
    var groups = to.tensor().groups(pass.size());
    var weights = (long) rowStart[slices[slices.length - 1]] - rowStart[firstRow];
    pass.run(
        2 * weights * plane.height() * plane.width() * pass.kernels().lanes() * groups,
        plane.repeats(groups) * bands[groups].length * (slices.length - 1),
        this);
  }

  @Override
  public void run(int task) {
    var used = bands[to.tensor().groups(pass.size())];
    var count = slices.length - 1;
    var slice = task % count;
    var group = task / count / used.length;
    var kernels = pass.kernels();
    var rowBytes = to.tensor().channelBytes();
    for (var tile : used[task / count % used.length]) {
      var x = from.at(group, tile);
      var y = to.at(group, tile) - firstRow * rowBytes;
      if (narrow) {
        kernels.spmm(
            tile.vectors(),
            slices[slice],
            slices[slice + 1],
            rowStart,
            0,
            1,
            columns,
            offsets,
            values,
            bias,
            output,
            x,
            from.step(tile),
            from.half(tile),
            y,
            rowBytes,
            to.step(tile),
            to.half(tile));
      } else {
        kernels.spmm(
            tile.vectors(),
            slices[slice],
            slices[slice + 1],
            rowStart,
            0,
            1,
            wideColumns,
            from.tensor().channelBytes(),
            values,
            bias,
            output,
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
}
