/** Passes over activations, and the loop that measures the peak. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  /** The loop over one run: byte offset i of each vector. */
  private static final String EACH =
      "for (int i = 0, n = length * Float.BYTES; i < n; i += $bytes)";

  private static final int CHAINS = 10; // enough to hide the latency of two units

  static final String TEXT =
      """
        @Override
        public void fill(int rows, int length, float value, long y, long yStride) {
          FloatVector v = FloatVector.broadcast(S, value);
          for (int r = 0; r < rows; r++) {
            long t = y + r * yStride;
            $each {
              v.intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void copy(int rows, int length, long x, long xStride, long y, long yStride) {
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            long t = y + r * yStride;
            $each {
              FloatVector.fromMemorySegment(S, ALL, o + i, LE).intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void clearLanes(int rows, int length, int live, long y, long yStride) {
          VectorMask<Float> dead = S.indexInRange(0, live).not();
          for (int r = 0; r < rows; r++) {
            long t = y + r * yStride;
            $each {
              FloatVector.fromMemorySegment(S, ALL, t + i, LE).blend(0, dead)
                  .intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void add(int rows, int length, boolean relu,
            long a, long aStride, long b, long bStride, long y, long yStride) {
          FloatVector floor = FloatVector.broadcast(S, relu ? 0 : Float.NEGATIVE_INFINITY);
          for (int r = 0; r < rows; r++) {
            long o = a + r * aStride;
            long q = b + r * bStride;
            long t = y + r * yStride;
            $each {
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE)
                  .add(FloatVector.fromMemorySegment(S, ALL, q + i, LE));
              v.blend(floor, v.compare(VectorOperators.LT, floor)).intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void multiply(int rows, int length,
            long a, long aStride, long b, long bStride, long y, long yStride) {
          for (int r = 0; r < rows; r++) {
            long o = a + r * aStride;
            long q = b + r * bStride;
            long t = y + r * yStride;
            $each {
              FloatVector.fromMemorySegment(S, ALL, o + i, LE)
                  .mul(FloatVector.fromMemorySegment(S, ALL, q + i, LE))
                  .intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void reluBackward(int rows, int length, boolean accumulate,
            long y, long yStride, long dy, long dyStride, long dx, long dxStride) {
          for (int r = 0; r < rows; r++) {
            long o = y + r * yStride;
            long q = dy + r * dyStride;
            long t = dx + r * dxStride;
            if (accumulate) {
              $each {
                FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE);
                FloatVector g = FloatVector.fromMemorySegment(S, ALL, q + i, LE)
                    .blend(0, v.compare(VectorOperators.LE, 0));
                g.add(FloatVector.fromMemorySegment(S, ALL, t + i, LE))
                    .intoMemorySegment(ALL, t + i, LE);
              }
            } else {
              $each {
                FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE);
                FloatVector.fromMemorySegment(S, ALL, q + i, LE)
                    .blend(0, v.compare(VectorOperators.LE, 0))
                    .intoMemorySegment(ALL, t + i, LE);
              }
            }
          }
        }

        @Override
        public void scaleShift(int rows, int length, float scale, float shift, boolean relu,
            long x, long xStride, long y, long yStride) {
          FloatVector floor = FloatVector.broadcast(S, relu ? 0 : Float.NEGATIVE_INFINITY);
          FloatVector m = FloatVector.broadcast(S, scale);
          FloatVector c = FloatVector.broadcast(S, shift);
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            long t = y + r * yStride;
            $each {
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE).fma(m, c);
              v.blend(floor, v.compare(VectorOperators.LT, floor)).intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void scaleShiftAdd(int rows, int length, float scale, float shift, boolean relu,
            long x, long xStride, long b, long bStride, long y, long yStride) {
          FloatVector floor = FloatVector.broadcast(S, relu ? 0 : Float.NEGATIVE_INFINITY);
          FloatVector m = FloatVector.broadcast(S, scale);
          FloatVector c = FloatVector.broadcast(S, shift);
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            long q = b + r * bStride;
            long t = y + r * yStride;
            $each {
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE).fma(m, c)
                  .add(FloatVector.fromMemorySegment(S, ALL, q + i, LE));
              v.blend(floor, v.compare(VectorOperators.LT, floor)).intoMemorySegment(ALL, t + i, LE);
            }
          }
        }

        @Override
        public void moments(int rows, int length, float origin, long x, long xStride,
            double[] sums, int at) {
          FloatVector c = FloatVector.broadcast(S, origin);
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            FloatVector first = FloatVector.zero(S);
            FloatVector second = FloatVector.zero(S);
            $each {
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE).sub(c);
              first = first.add(v);
              second = v.fma(v, second);
            }
      $sumBoth
            sums[at] += z.lane(0);
            sums[at + 1] += z.lane(1);
          }
        }

        @Override
        public void normGradientSums(int rows, int length, float scale, float shift, boolean relu,
            float mean, long x, long xStride, long dy, long dyStride, double[] sums, int at) {
          FloatVector floor = FloatVector.broadcast(S, relu ? 0 : Float.NEGATIVE_INFINITY);
          FloatVector m = FloatVector.broadcast(S, scale);
          FloatVector c = FloatVector.broadcast(S, shift);
          FloatVector u = FloatVector.broadcast(S, mean);
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            long q = dy + r * dyStride;
            FloatVector first = FloatVector.zero(S);
            FloatVector second = FloatVector.zero(S);
            $each {
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE);
              FloatVector g = FloatVector.fromMemorySegment(S, ALL, q + i, LE)
                  .blend(0, v.fma(m, c).compare(VectorOperators.LE, floor));
              first = first.add(g);
              second = v.sub(u).fma(g, second);
            }
      $sumBoth
            sums[at] += z.lane(0);
            sums[at + 1] += z.lane(1);
          }
        }

        @Override
        public void normBackward(int rows, int length, float scale, float shift, boolean relu,
            float a, float b, float c, boolean accumulate,
            long x, long xStride, long dy, long dyStride, long dx, long dxStride) {
          FloatVector floor = FloatVector.broadcast(S, relu ? 0 : Float.NEGATIVE_INFINITY);
          FloatVector m = FloatVector.broadcast(S, scale);
          FloatVector h = FloatVector.broadcast(S, shift);
          FloatVector va = FloatVector.broadcast(S, a);
          FloatVector vb = FloatVector.broadcast(S, b);
          FloatVector vc = FloatVector.broadcast(S, c);
          for (int r = 0; r < rows; r++) {
            long o = x + r * xStride;
            long q = dy + r * dyStride;
            long t = dx + r * dxStride;
            if (accumulate) {
              $each {
                FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE);
                FloatVector g = FloatVector.fromMemorySegment(S, ALL, q + i, LE)
                    .blend(0, v.fma(m, h).compare(VectorOperators.LE, floor));
                g.fma(va, v.fma(vb, vc)).add(FloatVector.fromMemorySegment(S, ALL, t + i, LE))
                    .intoMemorySegment(ALL, t + i, LE);
              }
            } else {
              $each {
                FloatVector v = FloatVector.fromMemorySegment(S, ALL, o + i, LE);
                FloatVector g = FloatVector.fromMemorySegment(S, ALL, q + i, LE)
                    .blend(0, v.fma(m, h).compare(VectorOperators.LE, floor));
                g.fma(va, v.fma(vb, vc)).intoMemorySegment(ALL, t + i, LE);
              }
            }
          }
        }

        @Override
        public float multiplyAdd(int iterations) {
          FloatVector w = FloatVector.broadcast(S, 0.999f);
          FloatVector c = FloatVector.broadcast(S, 0.001f);
      $starts
          for (int i = 0; i < iterations; i++) {
      $steps
          }
          return a0$total.lane(0);
        }

        @Override
        public int multiplyAddOperations() {
          return 2 * $chains * $lanes;
        }
      """
          .replace("$each", EACH)
          .replace("$sumBoth", Text.sumTwo("first", "second"))
          .replace("$starts", Text.lines(CHAINS, "    FloatVector a$j = c.add($j);"))
          .replace("$steps", Text.lines(CHAINS, "      a$j = a$j.fma(w, c);"))
          .replace(
              "$total", Text.lines(CHAINS - 1, j -> ".add(a" + (j + 1) + ")").replace("\n", ""))
          .replace("$chains", "" + CHAINS);
}
