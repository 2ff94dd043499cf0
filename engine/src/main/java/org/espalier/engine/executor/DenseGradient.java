package org.espalier.engine.executor;

/**
 * The dense gradient of a weight, any range of rows and columns at a time: whole for dense and
 * masked storage, strip by strip for the growth scores of a sparse one.
 */
final class DenseGradient {
  /** Vectors summed up in registers before a store; the output gradients of a run stay in L1. */
  private static final int RUN_VECTORS = 64;

  private final Side x;
  private final Side dy;
  private final int[] offsets;
  private final int vector;

  DenseGradient(Side x, Side dy, int[] offsets, int vector) {
    this.x = x;
    this.dy = dy;
    this.offsets = offsets;
    this.vector = vector;
  }

  /**
   * Computes rows {@code r0} to {@code r1} and absolute columns {@code k0} to {@code k1} for the
   * current batch.
   *
   * @param into receives row r, column k at {@code start + (r − r0)·row + k − k0}
   */
  void compute(Pass pass, int r0, int r1, int k0, int k1, float[] into, int start, int row) {
    var groups = dy.tensor().groups(pass.size());
    var shape = dy.tensor().shape();
    var height = dy.flat() ? groups : shape.height();
    var width = dy.flat() ? dy.tensor().lanes() / vector : shape.width();
    var band = Math.max(1, RUN_VECTORS / width);
    for (var group = 0; group < (dy.flat() ? 1 : groups); group++) {
      for (var from = 0; from < height; from += band) {
        var runs = Math.min(band, height - from);
        pass.kernels()
            .denseGradient(
                r0,
                r1,
                k0,
                k1,
                offsets,
                into,
                start,
                row,
                group > 0 || from > 0,
                runs,
                width,
                x.at(group, from, 0),
                x.pixelBytes(),
                x.rowBytes(),
                dy.at(group, from, 0),
                dy.tensor().channelBytes(),
                dy.pixelBytes(),
                dy.rowBytes());
      }
    }
  }
}
