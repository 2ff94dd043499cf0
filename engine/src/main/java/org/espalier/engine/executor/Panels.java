package org.espalier.engine.executor;

import java.util.Arrays;
import org.espalier.engine.kernels.Panel;

/**
 * The rows of a sparse matrix cut into panels of columns, so that the part of the operand which one
 * panel reaches stays in the first cache while all rows use it.
 *
 * <p>Without panels every weight fetches its vectors from the second cache, which feeds half the
 * multiply-adds a core can do. Panels pay as long as a row has enough weights in each to be worth
 * loading and storing its sums once more. Sums keep their order, and so their bits.
 */
final class Panels {
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

  private Panels() {}

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
   * @param whole the matrix, the channels of its columns ascending in each row
   * @param count what columns count in the matrix
   */
  static Panel[] of(Panel whole, long count, long width) {
    var rowStart = whole.starts();
    var rows = rowStart.length - 1;
    var panels = new Panel[Math.toIntExact(Math.ceilDiv(count, width))];
    var starts = new int[(panels.length + 1) * rows]; // row r of panel p: [p · rows + r]
    for (var row = 0; row < rows; row++) {
      var p = rowStart[row];
      for (var panel = 0; panel < panels.length; panel++) {
        starts[panel * rows + row] = p;
        while (p < rowStart[row + 1] && whole.columns().at(p) < (panel + 1) * width) {
          p++;
        }
      }
      starts[panels.length * rows + row] = rowStart[row + 1];
    }
    Arrays.setAll(panels, panel -> whole.part(starts, panel * rows, rows));
    return panels;
  }
}
