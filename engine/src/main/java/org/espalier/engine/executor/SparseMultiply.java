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

  /**
   * Vectors of the largest tile: as many sums as stay in registers, but for features on 512 bits
   * one group of samples, whose operand is half as much to keep in the second cache.
   */
  static int vectors(ProductGeometry geometry, Kernels kernels, int together) {
    return geometry.flat() && kernels.lanes() == 16 ? 4 : kernels.productVectors(together);
  }

  private final Plane plane;
  private final Side from;
  private final Side to;
  private final Pass pass;

  private final SparseRows matrix;
  private final PlacedTile[][][] bands; // [groups][band][tile]
  private final int firstRow;
  private final int lastRow;
  private final int[] slices;

  private float[] values = {};
  private float[] bias = Kernels.NO_BIAS;
  private Kernels.Output output = Kernels.Output.ASSIGN;

  /** Rows {@code first} to {@code last} of {@code matrix}; row {@code first} is channel 0 of Y. */
  SparseMultiply(
      Plane plane, Side from, Side to, SparseRows matrix, int first, int last, Pass pass) {
    this.plane = plane;
    this.from = from;
    this.to = to;
    this.pass = pass;
    this.matrix = matrix;
    this.firstRow = first;
    this.lastRow = last;
    var groups = to.tensor().groups();
    var vectors = matrix.vectors();
    this.bands = plane.bands(from, to, vectors, plane.flat() ? vectors : BAND_VECTORS);
    var tasks = plane.repeats(groups) * bands[groups].length;
    // Few tiles: cut the rows as well, so that all threads have something to do.
    var wanted = tasks >= pass.threads() ? 1 : pass.threads();
    this.slices = matrix.slices(first, last, wanted);
  }

  boolean empty() {
    return matrix.weights(firstRow, lastRow) == 0;
  }

  void multiply(float[] values, float[] bias, Kernels.Output output) {
    this.values = values;
    this.bias = bias;
    this.output = output;
    var groups = to.tensor().groups(pass.size());
    var vectors = (long) plane.height() * plane.width() * (plane.flat() ? 1 : groups);
    pass.run(
        2 * matrix.weights(firstRow, lastRow) * vectors * pass.kernels().lanes(),
        plane.repeats(groups) * bands[groups].length * (slices.length - 1),
        this);
  }

  @Override
  public void run(int task) {
    var used = bands[to.tensor().groups(pass.size())];
    var count = slices.length - 1;
    var slice = task % count;
    var group = task / count / used.length;
    var x = from.at(group);
    var y = to.at(group) - firstRow * to.tensor().channelBytes();
    for (var placed : used[task / count % used.length]) {
      matrix.multiply(
          pass.kernels(),
          placed.tile(),
          slices[slice],
          slices[slice + 1],
          values,
          bias,
          output,
          x + placed.from(),
          y + placed.to());
    }
  }
}
