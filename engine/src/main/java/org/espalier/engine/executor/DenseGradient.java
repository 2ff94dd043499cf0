package org.espalier.engine.executor;

import java.util.Arrays;
import org.espalier.engine.kernels.Runs;

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
  private final Runs[] runs; // [count]

  DenseGradient(Side x, Side dy, int[] offsets, int vector) {
    this.x = x;
    this.dy = dy;
    this.offsets = offsets;
    var width = dy.flat() ? dy.tensor().lanes() / vector : dy.tensor().shape().width();
    this.runs = new Runs[Math.max(1, RUN_VECTORS / width) + 1];
    Arrays.setAll(runs, count -> runs(count, width));
  }

  private Runs runs(int count, int width) {
    return new Runs(
        count,
        width,
        x.pixelBytes(),
        x.rowBytes(),
        dy.tensor().channelBytes(),
        dy.pixelBytes(),
        dy.rowBytes());
  }

  /**
   * Computes rows {@code r0} to {@code r1} and absolute columns {@code k0} to {@code k1} for the
   * current batch.
   *
   * @param into receives row r, column k at {@code start + (r − r0)·row + k − k0}
   */
  void compute(Pass pass, int r0, int r1, int k0, int k1, float[] into, int start, int row) {
    var groups = dy.tensor().groups(pass.size());
    var height = dy.flat() ? groups : dy.tensor().shape().height();
    var band = runs.length - 1;
    for (var group = 0; group < (dy.flat() ? 1 : groups); group++) {
      for (var from = 0; from < height; from += band) {
        pass.kernels()
            .denseGradient(
                runs[Math.min(band, height - from)],
                r0,
                r1,
                k0,
                k1,
                offsets,
                into,
                start,
                row,
                group > 0 || from > 0,
                x.at(group) + x.offset(from),
                dy.at(group) + dy.offset(from));
      }
    }
  }
}
