package org.espalier.engine.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernels as plain loops: what runs where vectors cannot, and what the others are tested
 * against. Products are {@link LaneLoops}, or for one sample those of {@link SingleLane}.
 */
final class ScalarKernels implements Kernels {
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final int lanes;
  private final boolean fused;
  private final LaneLoops loops;
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
    this.loops = new LaneLoops(lanes, fused);
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

  static float positive(float value) {
    return value < 0 ? 0 : value;
  }

  static float multiplyAdd(boolean fused, float a, float b, float c) {
    return fused ? Math.fma(a, b, c) : a * b + c;
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
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] value,
      float[] bias,
      Output output,
      long x,
      long y) {
    if (lanes == 1) {
      single.spmm(tile, panel, r0, r1, value, bias, output, x, y);
    } else {
      loops.spmm(tile, panel, r0, r1, value, bias, output, x, y);
    }
  }

  @Override
  public void sddmm(
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] gradient,
      boolean accumulate,
      long x,
      long dy) {
    loops.sddmm(tile, panel, r0, r1, gradient, accumulate, x, dy);
  }

  @Override
  public void dense(
      Tile tile,
      DenseColumns columns,
      int r0,
      int r1,
      float[] weight,
      float[] bias,
      Output output,
      long x,
      long y) {
    if (lanes == 1) {
      single.dense(tile, columns, r0, r1, weight, bias, output, x, y);
    } else {
      loops.dense(tile, columns, r0, r1, weight, bias, output, x, y);
    }
  }

  @Override
  public void denseGradient(
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
    loops.denseGradient(
        runs, r0, r1, k0, k1, offset, gradient, gradientStart, gradientRow, accumulate, x, dy);
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
        var value = multiplyAdd(fused, load(x + r * xStride + 4L * i), scale, shift);
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
        var scaled = multiplyAdd(fused, load(x + r * xStride + 4L * i), scale, shift);
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
  public void maxPool(Windows windows, long x, long y) {
    for (var i = 0; i < lanes * windows.count(); i++) {
      var window = x + windows.x(i / lanes) + 4L * (i % lanes);
      var max = load(window);
      for (var tap = 1; tap < windows.taps(); tap++) {
        max = Math.max(max, load(window + windows.tap(tap)));
      }
      store(y + windows.y(i / lanes) + 4L * (i % lanes), max);
    }
  }

  @Override
  public void maxPoolBackward(Windows windows, long x, long dx, long y, long dy) {
    for (var i = 0; i < lanes * windows.count(); i++) {
      var window = windows.x(i / lanes) + 4L * (i % lanes);
      var output = windows.y(i / lanes) + 4L * (i % lanes);
      var max = load(y + output);
      var left = load(dy + output);
      for (var tap = 0; tap < windows.taps(); tap++) {
        var at = window + windows.tap(tap);
        if (load(x + at) == max) {
          put(dx + at, left, true);
          left = 0;
        }
      }
    }
  }

  @Override
  public void sumPool(Windows windows, float scale, long x, long y) {
    for (var i = 0; i < lanes * windows.count(); i++) {
      var window = x + windows.x(i / lanes) + 4L * (i % lanes);
      var sum = 0f;
      for (var tap = 0; tap < windows.taps(); tap++) {
        sum += load(window + windows.tap(tap));
      }
      store(y + windows.y(i / lanes) + 4L * (i % lanes), sum * scale);
    }
  }

  @Override
  public void sumPoolBackward(Windows windows, float scale, long dx, long dy) {
    for (var i = 0; i < lanes * windows.count(); i++) {
      var window = dx + windows.x(i / lanes) + 4L * (i % lanes);
      var gradient = load(dy + windows.y(i / lanes) + 4L * (i % lanes)) * scale;
      for (var tap = 0; tap < windows.taps(); tap++) {
        put(window + windows.tap(tap), gradient, true);
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
