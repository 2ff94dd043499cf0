package org.espalier.engine.kernels;

import org.espalier.engine.kernels.Kernels.Output;

/**
 * The products of {@link ScalarKernels} for vectors of any number of samples: loops that are meant
 * to be read. The innermost ones run over samples, which the compiler may vectorise.
 *
 * @param fused whether multiply-adds round once, as those of vectors do, or twice
 */
record LaneLoops(int lanes, boolean fused) {
  private static float load(long address) {
    return ScalarKernels.load(address);
  }

  private static void store(long address, float value) {
    ScalarKernels.store(address, value);
  }

  /** {@link Kernels#spmm}. */
  void spmm(
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] value,
      float[] bias,
      Output output,
      long x,
      long y) {
    for (var r = r0; r < r1; r++) {
      for (var j = 0; j < tile.vectors(); j++) {
        var source = x + tile.x(j);
        var target = y + r * tile.yRow() + tile.y(j);
        start(output, bias, r, target);
        for (var p = panel.first(r); p < panel.end(r); p++) {
          addScaled(value[p], source + panel.columns().operand(p), target);
        }
        finish(output, target);
      }
    }
  }

  private void start(Output output, float[] bias, int row, long y) {
    switch (output) {
      case ASSIGN -> fillVector(0, y);
      case BIAS, BIAS_RELU -> fillVector(bias[row], y);
      case ACCUMULATE, ACCUMULATE_RELU -> {}
    }
  }

  private void finish(Output output, long y) {
    if (output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU) {
      for (var i = 0; i < lanes; i++) {
        store(y + 4L * i, ScalarKernels.positive(load(y + 4L * i)));
      }
    }
  }

  private void fillVector(float value, long y) {
    for (var i = 0; i < lanes; i++) {
      store(y + 4L * i, value);
    }
  }

  private void addScaled(float weight, long x, long y) {
    for (var i = 0; i < lanes; i++) {
      store(
          y + 4L * i, ScalarKernels.multiplyAdd(fused, load(x + 4L * i), weight, load(y + 4L * i)));
    }
  }

  /** {@link Kernels#sddmm}. */
  void sddmm(
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] gradient,
      boolean accumulate,
      long x,
      long dy) {
    for (var r = r0; r < r1; r++) {
      var target = dy + r * tile.yRow();
      for (var p = panel.first(r); p < panel.end(r); p++) {
        var source = x + panel.columns().operand(p);
        var sum = 0f;
        for (var j = 0; j < tile.vectors(); j++) {
          sum += dot(source + tile.x(j), target + tile.y(j));
        }
        gradient[p] = accumulate ? gradient[p] + sum : sum;
      }
    }
  }

  private float dot(long x, long y) {
    var sum = 0f;
    for (var i = 0; i < lanes; i++) {
      sum += load(x + 4L * i) * load(y + 4L * i);
    }
    return sum;
  }

  /** {@link Kernels#dense}. */
  void dense(
      Tile tile,
      DenseColumns columns,
      int r0,
      int r1,
      float[] weight,
      float[] bias,
      Output output,
      long x,
      long y) {
    for (var r = r0; r < r1; r++) {
      for (var j = 0; j < tile.vectors(); j++) {
        var source = x + tile.x(j);
        var target = y + r * tile.yRow() + tile.y(j);
        start(output, bias, r, target);
        for (var k = 0; k < columns.count(); k++) {
          var w = weight[r * columns.weightRow() + columns.weightColumn()[k]];
          addScaled(w, source + columns.offset()[k], target);
        }
        finish(output, target);
      }
    }
  }

  /** {@link Kernels#denseGradient}. */
  void denseGradient(
      Runs runs,
      int r0,
      int r1,
      int k0,
      int k1,
      int[] offset,
      float[] gradient,
      int gradientStart,
      int gradientRow,
      boolean accumulate,
      long x,
      long dy) {
    for (var r = r0; r < r1; r++) {
      for (var k = k0; k < k1; k++) {
        var sum = 0f;
        for (var i = 0; i < runs.count(); i++) {
          var source = x + offset[k] + i * runs.xRun();
          var target = dy + r * runs.dyRow() + i * runs.dyRun();
          for (var j = 0; j < runs.length(); j++) {
            sum += dot(source + j * runs.xStep(), target + j * runs.dyStep());
          }
        }
        var at = gradientStart + (r - r0) * gradientRow + k - k0;
        gradient[at] = accumulate ? gradient[at] + sum : sum;
      }
    }
  }
}
