package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/**
 * The weight gradient at the non-zeros: for each stored weight one dot product over samples and
 * pixels. A task owns a slice of rows and visits all tiles in order, so sums have one order.
 */
final class SparseGradient implements WorkerPool.Task {
  private final Plane plane;
  private final Side x;
  private final Side dy;
  private final Pass pass;

  private SparseRows matrix;
  private PlacedTile[][][] bands = {}; // [groups][band][tile]
  private int[] slices = {0, 0};
  private float[] gradient = {};

  SparseGradient(Plane plane, Side x, Side dy, SparseRows matrix, Pass pass) {
    this.plane = plane;
    this.x = x;
    this.dy = dy;
    this.pass = pass;
    this.matrix = matrix;
    adopt(matrix);
  }

  /** Follows a change of topology. */
  void adopt(SparseRows matrix) {
    this.matrix = matrix;
    this.bands = plane.bands(x, dy, matrix.vectors(), Integer.MAX_VALUE);
    this.slices = matrix.slices(0, matrix.rows(), Math.min(matrix.rows(), pass.threads()));
  }

  void compute(float[] gradient) {
    this.gradient = gradient;
    var groups = x.tensor().groups(pass.size());
    var vectors = (long) plane.height() * plane.width() * (plane.flat() ? 1 : groups);
    pass.run(2L * gradient.length * vectors * pass.kernels().lanes(), slices.length - 1, this);
  }

  @Override
  public void run(int slice) {
    var groups = x.tensor().groups(pass.size());
    var accumulate = false;
    for (var group = 0; group < plane.repeats(groups); group++) {
      for (var band : bands[groups]) {
        for (var placed : band) {
          matrix.gradient(
              pass.kernels(),
              placed.tile(),
              slices[slice],
              slices[slice + 1],
              gradient,
              accumulate,
              x.at(group) + placed.from(),
              dy.at(group) + placed.to());
          accumulate = true;
        }
      }
    }
  }
}
