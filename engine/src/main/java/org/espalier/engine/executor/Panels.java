package org.espalier.engine.executor;

import org.espalier.engine.kernels.Columns;

/**
 * The rows of a sparse matrix cut into panels of columns, so that the part of the operand which one
 * panel reaches stays in the first cache while all rows use it.
 *
 * <p>Without panels every weight fetches its vectors from the second cache, which feeds half the
 * multiply-adds a core can do. Panels pay as long as a row has enough weights in each to be worth
 * loading and storing its sums once more. Sums keep their order, and so their bits.
 *
 * @param starts row r of panel p holds weights {@code starts[p·stride + r]} to {@code starts[(p +
 *     1)·stride + r]}
 * @param stride distance between the starts of panels; 1 for a single panel, which is plain
 *     compressed rows
 */
record Panels(int[] starts, int stride, int count) {
  /**
   * What a panel's part of a tile may take of the first cache, the rest is for sums and weights.
   */
  private static final int CACHE_BYTES = 24 << 10;

  /**
   * Weights per row and panel below which the extra loads and stores may cost more than they save.
   */
  static final int LEAST_WEIGHTS = 18;

  /** Weights per row and panel below which they are sure to. */
  static final int LEAST_WEIGHTS_TO_TRY = 6;

  /** All columns in one panel. */
  static Panels whole(int[] rowStart) {
    return new Panels(rowStart, 1, 1);
  }

  /**
   * Columns whose part of the operand stays in the first cache.
   *
   * @param perChannel what columns count in a channel of the operand
   * @param channelBytes what a tile reads of one channel
   */
  static long width(int perChannel, long channelBytes) {
    return perChannel * Math.max(1, CACHE_BYTES / channelBytes);
  }

  /**
   * Panels of {@code width} columns.
   *
   * @param columns of the weights, their channels ascending in each row
   * @param count what columns count in the matrix
   */
  static Panels of(int[] rowStart, Columns columns, long count, long width) {
    var rows = rowStart.length - 1;
    var panels = Math.toIntExact(Math.ceilDiv(count, width));
    var starts = new int[(panels + 1) * rows];
    for (var row = 0; row < rows; row++) {
      var p = rowStart[row];
      for (var panel = 0; panel < panels; panel++) {
        starts[panel * rows + row] = p;
        while (p < rowStart[row + 1] && columns.at(p) < (panel + 1) * width) {
          p++;
        }
      }
      starts[panels * rows + row] = rowStart[row + 1];
    }
    return new Panels(starts, rows, panels);
  }

  int from(int panel) {
    return panel * stride;
  }

  int to(int panel) {
    return (panel + 1) * stride;
  }

  /** Bytes beyond the plain rows. */
  long bytes() {
    return count == 1 ? 0 : 4L * starts.length;
  }
}
