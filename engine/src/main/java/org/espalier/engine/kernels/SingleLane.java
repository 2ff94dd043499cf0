package org.espalier.engine.kernels;

import org.espalier.engine.kernels.Kernels.Output;

/**
 * The products of {@link ScalarKernels} for one sample: a vector of it alone is a number, and a
 * tile of such vectors fits the registers. While vector kernels crawl until they are well compiled,
 * these loops are soon fast, so that the first prediction of a program need not wait.
 *
 * <p>Every sum has the order and, if fused, the bits of the vector kernels.
 *
 * @param fused whether multiply-adds round once, as those of vectors do, or twice
 */
record SingleLane(boolean fused) {
  private static float load(long address) {
    return ScalarKernels.load(address);
  }

  private float add(float weight, float x, float sum) {
    return ScalarKernels.multiplyAdd(fused, x, weight, sum);
  }

  private static boolean accumulates(Output output) {
    return output == Output.ACCUMULATE || output == Output.ACCUMULATE_RELU;
  }

  private static boolean rectifies(Output output) {
    return output == Output.BIAS_RELU || output == Output.ACCUMULATE_RELU;
  }

  private static boolean biases(Output output) {
    return output == Output.BIAS || output == Output.BIAS_RELU;
  }

  private static void store(boolean relu, long y, float sum) {
    ScalarKernels.store(y, relu && sum < 0 ? 0 : sum);
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
      var target = y + r * tile.yRow();
      if (tile.vectors() == 8) {
        spmm8(tile, panel, r, value, bias, output, x, target);
      } else {
        for (var j = 0; j < tile.vectors(); j++) {
          spmm1(panel, r, value, bias, output, x + tile.x(j), target + tile.y(j));
        }
      }
    }
  }

  private void spmm8(
      Tile tile, Panel panel, int row, float[] value, float[] bias, Output output, long x, long y) {
    var xStep = tile.xStep();
    var xHalf = tile.xHalf();
    var yStep = tile.yStep();
    var yHalf = tile.yHalf();
    var columns = panel.columns();
    var accumulate = accumulates(output);
    var biased = biases(output);
    var start = biased ? bias[row] : 0;
    var a0 = accumulate ? load(y) : start;
    var a1 = accumulate ? load(y + yStep) : start;
    var a2 = accumulate ? load(y + 2 * yStep) : start;
    var a3 = accumulate ? load(y + 3 * yStep) : start;
    var a4 = accumulate ? load(y + yHalf) : start;
    var a5 = accumulate ? load(y + yHalf + yStep) : start;
    var a6 = accumulate ? load(y + yHalf + 2 * yStep) : start;
    var a7 = accumulate ? load(y + yHalf + 3 * yStep) : start;
    for (int p = panel.first(row), end = panel.end(row); p < end; p++) {
      var w = value[p];
      var o = x + columns.operand(p);
      a0 = add(w, load(o), a0);
      a1 = add(w, load(o + xStep), a1);
      a2 = add(w, load(o + 2 * xStep), a2);
      a3 = add(w, load(o + 3 * xStep), a3);
      o += xHalf;
      a4 = add(w, load(o), a4);
      a5 = add(w, load(o + xStep), a5);
      a6 = add(w, load(o + 2 * xStep), a6);
      a7 = add(w, load(o + 3 * xStep), a7);
    }
    var relu = rectifies(output);
    store(relu, y, a0);
    store(relu, y + yStep, a1);
    store(relu, y + 2 * yStep, a2);
    store(relu, y + 3 * yStep, a3);
    store(relu, y + yHalf, a4);
    store(relu, y + yHalf + yStep, a5);
    store(relu, y + yHalf + 2 * yStep, a6);
    store(relu, y + yHalf + 3 * yStep, a7);
  }

  private void spmm1(
      Panel panel, int row, float[] value, float[] bias, Output output, long x, long y) {
    var columns = panel.columns();
    var sum = accumulates(output) ? load(y) : biases(output) ? bias[row] : 0;
    for (int p = panel.first(row), end = panel.end(row); p < end; p++) {
      sum = add(value[p], load(x + columns.operand(p)), sum);
    }
    store(rectifies(output), y, sum);
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
    var r = r0;
    for (; tile.vectors() == 4 && r + 3 <= r1; r += 3) {
      dense3x4(tile, columns, r, weight, bias, output, x, y + r * tile.yRow());
    }
    for (; tile.vectors() == 1 && r + 4 <= r1; r += 4) {
      dense4x1(tile, columns, r, weight, bias, output, x, y + r * tile.yRow());
    }
    for (; r < r1; r++) {
      var target = y + r * tile.yRow();
      for (var j = 0; j < tile.vectors(); j++) {
        dense1x1(columns, r, weight, bias, output, x + tile.x(j), target + tile.y(j));
      }
    }
  }

  /** Three rows of four vectors: as many sums as stay in sixteen registers with their operands. */
  private void dense3x4(
      Tile tile,
      DenseColumns columns,
      int row,
      float[] weight,
      float[] bias,
      Output output,
      long x,
      long y0) {
    var xStep = tile.xStep();
    var xHalf = tile.xHalf();
    var yStep = tile.yStep();
    var yHalf = tile.yHalf();
    var weightRow = columns.weightRow();
    var weightColumn = columns.weightColumn();
    var offset = columns.offset();
    var y1 = y0 + tile.yRow();
    var y2 = y1 + tile.yRow();
    var accumulate = accumulates(output);
    var biased = biases(output);
    var biasA = biased ? bias[row] : 0;
    var a0 = accumulate ? load(y0) : biasA;
    var a1 = accumulate ? load(y0 + yStep) : biasA;
    var a2 = accumulate ? load(y0 + yHalf) : biasA;
    var a3 = accumulate ? load(y0 + yHalf + yStep) : biasA;
    var biasB = biased ? bias[row + 1] : 0;
    var b0 = accumulate ? load(y1) : biasB;
    var b1 = accumulate ? load(y1 + yStep) : biasB;
    var b2 = accumulate ? load(y1 + yHalf) : biasB;
    var b3 = accumulate ? load(y1 + yHalf + yStep) : biasB;
    var biasC = biased ? bias[row + 2] : 0;
    var c0 = accumulate ? load(y2) : biasC;
    var c1 = accumulate ? load(y2 + yStep) : biasC;
    var c2 = accumulate ? load(y2 + yHalf) : biasC;
    var c3 = accumulate ? load(y2 + yHalf + yStep) : biasC;
    for (var k = 0; k < offset.length; k++) {
      var o = x + offset[k];
      var x0 = load(o);
      var x1 = load(o + xStep);
      var x2 = load(o + xHalf);
      var x3 = load(o + xHalf + xStep);
      var at = row * weightRow + weightColumn[k];
      var w = weight[at];
      a0 = add(w, x0, a0);
      a1 = add(w, x1, a1);
      a2 = add(w, x2, a2);
      a3 = add(w, x3, a3);
      w = weight[at + weightRow];
      b0 = add(w, x0, b0);
      b1 = add(w, x1, b1);
      b2 = add(w, x2, b2);
      b3 = add(w, x3, b3);
      w = weight[at + 2 * weightRow];
      c0 = add(w, x0, c0);
      c1 = add(w, x1, c1);
      c2 = add(w, x2, c2);
      c3 = add(w, x3, c3);
    }
    var relu = rectifies(output);
    store(relu, y0, a0);
    store(relu, y0 + yStep, a1);
    store(relu, y0 + yHalf, a2);
    store(relu, y0 + yHalf + yStep, a3);
    store(relu, y1, b0);
    store(relu, y1 + yStep, b1);
    store(relu, y1 + yHalf, b2);
    store(relu, y1 + yHalf + yStep, b3);
    store(relu, y2, c0);
    store(relu, y2 + yStep, c1);
    store(relu, y2 + yHalf, c2);
    store(relu, y2 + yHalf + yStep, c3);
  }

  /** Four rows of one vector. */
  private void dense4x1(
      Tile tile,
      DenseColumns columns,
      int row,
      float[] weight,
      float[] bias,
      Output output,
      long x,
      long y0) {
    var weightRow = columns.weightRow();
    var weightColumn = columns.weightColumn();
    var offset = columns.offset();
    var y1 = y0 + tile.yRow();
    var y2 = y1 + tile.yRow();
    var y3 = y2 + tile.yRow();
    var accumulate = accumulates(output);
    var biased = biases(output);
    var biasA = biased ? bias[row] : 0;
    var a = accumulate ? load(y0) : biasA;
    var biasB = biased ? bias[row + 1] : 0;
    var b = accumulate ? load(y1) : biasB;
    var biasC = biased ? bias[row + 2] : 0;
    var c = accumulate ? load(y2) : biasC;
    var biasD = biased ? bias[row + 3] : 0;
    var d = accumulate ? load(y3) : biasD;
    for (var k = 0; k < offset.length; k++) {
      var x0 = load(x + offset[k]);
      var at = row * weightRow + weightColumn[k];
      a = add(weight[at], x0, a);
      b = add(weight[at + weightRow], x0, b);
      c = add(weight[at + 2 * weightRow], x0, c);
      d = add(weight[at + 3 * weightRow], x0, d);
    }
    var relu = rectifies(output);
    store(relu, y0, a);
    store(relu, y1, b);
    store(relu, y2, c);
    store(relu, y3, d);
  }

  private void dense1x1(
      DenseColumns columns, int row, float[] weight, float[] bias, Output output, long x, long y) {
    var first = row * columns.weightRow();
    var weightColumn = columns.weightColumn();
    var offset = columns.offset();
    var sum = accumulates(output) ? load(y) : biases(output) ? bias[row] : 0;
    for (var k = 0; k < offset.length; k++) {
      sum = add(weight[first + weightColumn[k]], load(x + offset[k]), sum);
    }
    store(rectifies(output), y, sum);
  }
}
