/** Maxima and sums over windows of pixels, and their gradients. */
final class PoolingKernels {
  private PoolingKernels() {}

  private static final String GEOMETRY =
      """
          int rows = windows.rows(), columns = windows.columns();
          int windowRows = windows.windowRows(), windowColumns = windows.windowColumns();
          long xRow = windows.xRow(), xColumn = windows.xColumn();
          long tapRow = windows.tapRow(), tapColumn = windows.tapColumn();
          long yRow = windows.yRow(), yColumn = windows.yColumn();
      """;

  static final String TEXT =
      """
        @Override
        public void maxPool(Windows windows, long x, long y) {
      $geometry
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              long o = x + i * xRow + j * xColumn;
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, o, LE);
              for (int h = 0; h < windowRows; h++) {
                for (int w = 0; w < windowColumns; w++) {
                  v = v.max(
                      FloatVector.fromMemorySegment(S, ALL, o + h * tapRow + w * tapColumn, LE));
                }
              }
              v.intoMemorySegment(ALL, y + i * yRow + j * yColumn, LE);
            }
          }
        }

        @Override
        public void maxPoolBackward(Windows windows, long x, long dx, long y, long dy) {
      $geometry
          FloatVector zero = FloatVector.zero(S);
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              long o = i * xRow + j * xColumn;
              long t = i * yRow + j * yColumn;
              FloatVector v = FloatVector.fromMemorySegment(S, ALL, y + t, LE);
              // What a tap takes is gone for the taps behind it.
              FloatVector left = FloatVector.fromMemorySegment(S, ALL, dy + t, LE);
              for (int h = 0; h < windowRows; h++) {
                for (int w = 0; w < windowColumns; w++) {
                  long q = o + h * tapRow + w * tapColumn;
                  VectorMask<Float> hit =
                      FloatVector.fromMemorySegment(S, ALL, x + q, LE).compare(VectorOperators.EQ, v);
                  FloatVector.fromMemorySegment(S, ALL, dx + q, LE).add(zero.blend(left, hit))
                      .intoMemorySegment(ALL, dx + q, LE);
                  left = left.blend(zero, hit);
                }
              }
            }
          }
        }

        @Override
        public void sumPool(Windows windows, float scale, long x, long y) {
      $geometry
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              long o = x + i * xRow + j * xColumn;
              FloatVector v = FloatVector.zero(S);
              for (int h = 0; h < windowRows; h++) {
                for (int w = 0; w < windowColumns; w++) {
                  v = v.add(
                      FloatVector.fromMemorySegment(S, ALL, o + h * tapRow + w * tapColumn, LE));
                }
              }
              v.mul(scale).intoMemorySegment(ALL, y + i * yRow + j * yColumn, LE);
            }
          }
        }

        @Override
        public void sumPoolBackward(Windows windows, float scale, long dx, long dy) {
      $geometry
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              long o = dx + i * xRow + j * xColumn;
              FloatVector g =
                  FloatVector.fromMemorySegment(S, ALL, dy + i * yRow + j * yColumn, LE).mul(scale);
              for (int h = 0; h < windowRows; h++) {
                for (int w = 0; w < windowColumns; w++) {
                  long q = o + h * tapRow + w * tapColumn;
                  FloatVector.fromMemorySegment(S, ALL, q, LE).add(g).intoMemorySegment(ALL, q, LE);
                }
              }
            }
          }
        }

      """
          .replace("$geometry\n", GEOMETRY);
}
