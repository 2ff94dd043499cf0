package org.espalier.engine.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernels as plain loops: what runs where vectors cannot, and what the others are tested
 * against. The innermost loops run over the samples of a vector, which the compiler may vectorise.
 */
final class ScalarKernels implements Kernels {
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final int lanes;
  private final boolean fused;
  private final SingleLane single;

  /** Kernels for the layout of a width, whose multiply-adds round twice. */
  ScalarKernels(int lanes) {
    this(lanes, false);
  }

  /**
   * Kernels for the layout of a width.
   *
   * @param fused whether multiply-adds round once, which takes a processor that can: then forward
   *     passes have the bits of the vector kernels
   */
  ScalarKernels(int lanes, boolean fused) {
    this.lanes = lanes;
    this.fused = fused;
    this.single = new SingleLane(fused);
  }

  /** These, for one sample at a time. */
  ScalarKernels single() {
    return lanes == 1 ? this : new ScalarKernels(1, fused);
  }

  static float load(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  static void store(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public String name() {
    return "no vectors";
  }

  @Override
  public int productVectors(int together) {
    return 8;
  }

  @Override
  public int gradientVectors(int together) {
    return together == 1 ? 16 : 8;
  }

  @Override
  public void spmm(
      int vectors,
      int together,
      int r0,
      int r1,
      int[] rowStart,
      int from,
      int to,
      Columns columns,
      float[] value,
      float[] bias,
      Output output,
      long x,
      long xStep,
      long xHalf,
      long y,
      long yRow,
      long yStep,
      long yHalf) {
    if (lanes == 1) {
      single.spmm(
          vectors, r0, r1, rowStart, from, to, columns, value, bias, output, x, xStep, xHalf, y,
          yRow, yStep, yHalf);
      return;
    }
    for (var r = r0; r < r1; r++) {
      for (var j = 0; j < vectors; j++) {
        var target = y + r * yRow + Tile.position(vectors, j, yStep, yHalf);
        var source = x + Tile.position(vectors, j, xStep, xHalf);
        start(output, bias, r, target);
        for (var p = rowStart[from + r]; p < rowStart[to + r]; p++) {
          addScaled(value[p], source + columns.operand(p), target);
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
        store(y + 4L * i, positive(load(y + 4L * i)));
      }
    }
  }

  private static float positive(float value) {
    return value < 0 ? 0 : value;
  }

  private void fillVector(float value, long y) {
    for (var i = 0; i < lanes; i++) {
      store(y + 4L * i, value);
    }
  }

  private void addScaled(float weight, long x, long y) {
    for (var i = 0; i < lanes; i++) {
      store(y + 4L * i, multiplyAdd(load(x + 4L * i), weight, load(y + 4L * i)));
    }
  }

  private float multiplyAdd(float a, float b, float c) {
    return fused ? Math.fma(a, b, c) : a * b + c;
  }

  private float dot(long x, long y) {
    var sum = 0f;
    for (var i = 0; i < lanes; i++) {
      sum += load(x + 4L * i) * load(y + 4L * i);
    }
    return sum;
  }

  @Override
  public void sddmm(
      int vectors,
      int together,
      int r0,
      int r1,
      int[] rowStart,
      int from,
      int to,
      Columns columns,
      float[] gradient,
      boolean accumulate,
      long x,
      long xStep,
      long xHalf,
      long dy,
      long dyRow,
      long dyStep,
      long dyHalf) {
    for (var r = r0; r < r1; r++) {
      for (var p = rowStart[from + r]; p < rowStart[to + r]; p++) {
        var sum = 0f;
        for (var j = 0; j < vectors; j++) {
          sum +=
              dot(
                  x + columns.operand(p) + Tile.position(vectors, j, xStep, xHalf),
                  dy + r * dyRow + Tile.position(vectors, j, dyStep, dyHalf));
        }
        gradient[p] = accumulate ? gradient[p] + sum : sum;
      }
    }
  }

  @Override
  public void dense(
      int vectors,
      int r0,
      int r1,
      int columns,
      float[] weight,
      int weightRow,
      int[] weightColumn,
      int[] offset,
      float[] bias,
      Output output,
      long x,
      long xStep,
      long xHalf,
      long y,
      long yRow,
      long yStep,
      long yHalf) {
    if (lanes == 1) {
      single.dense(
          vectors,
          r0,
          r1,
          columns,
          weight,
          weightRow,
          weightColumn,
          offset,
          bias,
          output,
          x,
          xStep,
          xHalf,
          y,
          yRow,
          yStep,
          yHalf);
      return;
    }
    for (var r = r0; r < r1; r++) {
      for (var j = 0; j < vectors; j++) {
        var target = y + r * yRow + Tile.position(vectors, j, yStep, yHalf);
        var source = x + Tile.position(vectors, j, xStep, xHalf);
        start(output, bias, r, target);
        for (var k = 0; k < columns; k++) {
          addScaled(weight[r * weightRow + weightColumn[k]], source + offset[k], target);
        }
        finish(output, target);
      }
    }
  }

  @Override
  public void denseGradient(
      int r0,
      int r1,
      int k0,
      int k1,
      int[] offset,
      float[] gradient,
      int gradientStart,
      int gradientRow,
      boolean accumulate,
      int runs,
      int length,
      long x,
      long xStep,
      long xRun,
      long dy,
      long dyRow,
      long dyStep,
      long dyRun) {
    for (var r = r0; r < r1; r++) {
      for (var k = k0; k < k1; k++) {
        var sum = 0f;
        for (var i = 0; i < runs; i++) {
          for (var j = 0; j < length; j++) {
            sum +=
                dot(x + offset[k] + i * xRun + j * xStep, dy + r * dyRow + i * dyRun + j * dyStep);
          }
        }
        var at = gradientStart + (r - r0) * gradientRow + k - k0;
        gradient[at] = accumulate ? gradient[at] + sum : sum;
      }
    }
  }

  @Override
  public void fill(int rows, int length, float value, long y, long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        store(y + r * yStride + 4L * i, value);
      }
    }
  }

  @Override
  public void copy(int rows, int length, long x, long xStride, long y, long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        store(y + r * yStride + 4L * i, load(x + r * xStride + 4L * i));
      }
    }
  }

  @Override
  public void clearLanes(int rows, int length, int live, long y, long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        if (i % lanes >= live) {
          store(y + r * yStride + 4L * i, 0);
        }
      }
    }
  }

  @Override
  public void add(
      int rows,
      int length,
      boolean relu,
      long a,
      long aStride,
      long b,
      long bStride,
      long y,
      long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var sum = load(a + r * aStride + 4L * i) + load(b + r * bStride + 4L * i);
        store(y + r * yStride + 4L * i, relu ? positive(sum) : sum);
      }
    }
  }

  @Override
  public void multiply(
      int rows, int length, long a, long aStride, long b, long bStride, long y, long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        store(
            y + r * yStride + 4L * i,
            load(a + r * aStride + 4L * i) * load(b + r * bStride + 4L * i));
      }
    }
  }

  @Override
  public void reluBackward(
      int rows,
      int length,
      boolean accumulate,
      long y,
      long yStride,
      long dy,
      long dyStride,
      long dx,
      long dxStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var gradient = load(y + r * yStride + 4L * i) <= 0 ? 0 : load(dy + r * dyStride + 4L * i);
        put(dx + r * dxStride + 4L * i, gradient, accumulate);
      }
    }
  }

  private static void put(long address, float value, boolean accumulate) {
    store(address, accumulate ? load(address) + value : value);
  }

  @Override
  public void scaleShift(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      long x,
      long xStride,
      long y,
      long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var value = multiplyAdd(load(x + r * xStride + 4L * i), scale, shift);
        store(y + r * yStride + 4L * i, relu ? positive(value) : value);
      }
    }
  }

  @Override
  public void scaleShiftAdd(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      long x,
      long xStride,
      long b,
      long bStride,
      long y,
      long yStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var scaled = multiplyAdd(load(x + r * xStride + 4L * i), scale, shift);
        var sum = scaled + load(b + r * bStride + 4L * i);
        store(y + r * yStride + 4L * i, relu ? positive(sum) : sum);
      }
    }
  }

  @Override
  public void moments(
      int rows, int length, float origin, long x, long xStride, double[] sums, int at) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var value = (double) (load(x + r * xStride + 4L * i) - origin);
        sums[at] += value;
        sums[at + 1] += value * value;
      }
    }
  }

  @Override
  public void normGradientSums(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      float mean,
      long x,
      long xStride,
      long dy,
      long dyStride,
      double[] sums,
      int at) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var value = load(x + r * xStride + 4L * i);
        if (!relu || !(value * scale + shift <= 0)) {
          var gradient = (double) load(dy + r * dyStride + 4L * i);
          sums[at] += gradient;
          sums[at + 1] += gradient * (value - mean);
        }
      }
    }
  }

  @Override
  public void normBackward(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      float a,
      float b,
      float c,
      boolean accumulate,
      long x,
      long xStride,
      long dy,
      long dyStride,
      long dx,
      long dxStride) {
    for (var r = 0; r < rows; r++) {
      for (var i = 0; i < length; i++) {
        var value = load(x + r * xStride + 4L * i);
        var gradient = relu && value * scale + shift <= 0 ? 0 : load(dy + r * dyStride + 4L * i);
        put(dx + r * dxStride + 4L * i, a * gradient + b * value + c, accumulate);
      }
    }
  }

  @Override
  public void maxPool(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      long x,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long yRow,
      long yColumn) {
    for (var i = 0; i < rows; i++) {
      for (var j = 0; j < columns; j++) {
        for (var lane = 0; lane < lanes; lane++) {
          var window = x + i * xRow + j * xColumn + 4L * lane;
          var max = load(window);
          for (var h = 0; h < windowRows; h++) {
            for (var w = 0; w < windowColumns; w++) {
              max = Math.max(max, load(window + h * tapRow + w * tapColumn));
            }
          }
          store(y + i * yRow + j * yColumn + 4L * lane, max);
        }
      }
    }
  }

  @Override
  public void maxPoolBackward(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      long x,
      long dx,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long dy,
      long yRow,
      long yColumn) {
    for (var i = 0; i < rows; i++) {
      for (var j = 0; j < columns; j++) {
        for (var lane = 0; lane < lanes; lane++) {
          var window = i * xRow + j * xColumn + 4L * lane;
          var output = i * yRow + j * yColumn + 4L * lane;
          var max = load(y + output);
          var left = load(dy + output);
          for (var h = 0; h < windowRows; h++) {
            for (var w = 0; w < windowColumns; w++) {
              var tap = window + h * tapRow + w * tapColumn;
              if (load(x + tap) == max) {
                put(dx + tap, left, true);
                left = 0;
              }
            }
          }
        }
      }
    }
  }

  @Override
  public void sumPool(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      float scale,
      long x,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long yRow,
      long yColumn) {
    for (var i = 0; i < rows; i++) {
      for (var j = 0; j < columns; j++) {
        for (var lane = 0; lane < lanes; lane++) {
          var window = x + i * xRow + j * xColumn + 4L * lane;
          var sum = 0f;
          for (var h = 0; h < windowRows; h++) {
            for (var w = 0; w < windowColumns; w++) {
              sum += load(window + h * tapRow + w * tapColumn);
            }
          }
          store(y + i * yRow + j * yColumn + 4L * lane, sum * scale);
        }
      }
    }
  }

  @Override
  public void sumPoolBackward(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      float scale,
      long dx,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long dy,
      long yRow,
      long yColumn) {
    for (var i = 0; i < rows; i++) {
      for (var j = 0; j < columns; j++) {
        for (var lane = 0; lane < lanes; lane++) {
          var window = dx + i * xRow + j * xColumn + 4L * lane;
          var gradient = load(dy + i * yRow + j * yColumn + 4L * lane) * scale;
          for (var h = 0; h < windowRows; h++) {
            for (var w = 0; w < windowColumns; w++) {
              put(window + h * tapRow + w * tapColumn, gradient, true);
            }
          }
        }
      }
    }
  }

  @Override
  public float multiplyAdd(int iterations) {
    float a = 0;
    float b = 1;
    float c = 2;
    float d = 3;
    for (var i = 0; i < iterations; i++) {
      a = a * 0.999f + 0.001f;
      b = b * 0.999f + 0.001f;
      c = c * 0.999f + 0.001f;
      d = d * 0.999f + 0.001f;
    }
    return a + b + c + d;
  }

  @Override
  public int multiplyAddOperations() {
    return 2 * 4;
  }
}
