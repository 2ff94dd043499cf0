package org.espalier.engine.executor;

import org.espalier.engine.kernels.DenseColumns;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;

/**
 * {@code Y = W X} for a dense matrix, over a plane: the forward product, and each parity of the
 * input gradient by reading the same weights in another order.
 */
final class DenseMultiply implements WorkerPool.Task {
  private static final int BAND_VECTORS = 32;

  /** Rows the kernel computes together: slices are multiples of it. */
  static final int BLOCK_ROWS = 4;

  private final Plane plane;
  private final Side from;
  private final Side to;
  private final int rows;
  private final DenseColumns columns;
  private final PlacedTile[][][] bands; // [groups][band][tile]
  private final int slices;
  private final Pass pass;

  private float[] values = {};
  private float[] bias = Kernels.NO_BIAS;
  private Kernels.Output output = Kernels.Output.ASSIGN;

  DenseMultiply(Plane plane, Side from, Side to, DenseColumns columns, Pass pass) {
    this.plane = plane;
    this.from = from;
    this.to = to;
    this.rows = to.tensor().shape().channels();
    this.columns = columns;
    this.pass = pass;
    var groups = to.tensor().groups();
    this.bands = plane.bands(from, to, 4, BAND_VECTORS);
    var tasks = plane.repeats(groups) * bands[groups].length;
    var wanted = tasks >= 2 * pass.threads() ? 1 : 2 * pass.threads();
    this.slices = Math.clamp(rows / (2 * BLOCK_ROWS), 1, wanted);
  }

  boolean empty() {
    return columns.count() == 0;
  }

  void multiply(float[] values, float[] bias, Kernels.Output output) {
    this.values = values;
    this.bias = bias;
    this.output = output;
    var groups = to.tensor().groups(pass.size());
    var vectors = (long) plane.height() * plane.width() * (plane.flat() ? 1 : groups);
    pass.run(
        2L * rows * columns.count() * vectors * pass.kernels().lanes(),
        plane.repeats(groups) * bands[groups].length * slices,
        this);
  }

  @Override
  public void run(int task) {
    var used = bands[to.tensor().groups(pass.size())];
    var slice = task % slices;
    var group = task / slices / used.length;
    var perSlice = (rows / slices + BLOCK_ROWS - 1) / BLOCK_ROWS * BLOCK_ROWS;
    var r0 = Math.min(rows, slice * perSlice);
    var r1 = slice == slices - 1 ? rows : Math.min(rows, r0 + perSlice);
    var x = from.at(group);
    var y = to.at(group);
    for (var placed : used[task / slices % used.length]) {
      pass.kernels()
          .dense(
              placed.tile(),
              columns,
              r0,
              r1,
              values,
              bias,
              output,
              x + placed.from(),
              y + placed.to());
    }
  }
}
