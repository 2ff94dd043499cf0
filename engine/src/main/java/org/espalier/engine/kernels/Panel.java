package org.espalier.engine.kernels;

/**
 * The weights of a sparse matrix in a range of its columns, row by row: row r has weights {@code
 * starts[from + r]} to {@code starts[to + r]}.
 *
 * <p>With {@code from} 0 and {@code to} 1 that is all of a matrix in compressed rows. Panels narrow
 * enough for their part of the operand to stay in the first cache have their starts one behind the
 * other in one array.
 *
 * @param columns of the weights
 * @param together 2 if rows 2i and 2i + 1 have the same columns, for every i; else 1
 */
public record Panel(int[] starts, int from, int to, Columns columns, int together) {

  /** All columns of a matrix, two rows at a time where they have the same ones. */
  public static Panel whole(int[] rowStart, Columns columns) {
    return new Panel(rowStart, 0, 1, columns, columns.together(rowStart));
  }

  /** The same, with row after row by itself. */
  public Panel apart() {
    return new Panel(starts, from, to, columns, 1);
  }

  /**
   * A panel of some of these columns.
   *
   * @param starts of this and other panels, one behind the other, the last one followed by the ends
   * @param from the start of row 0
   */
  public Panel part(int[] starts, int from, int rows) {
    return new Panel(starts, from, from + rows, columns, together);
  }

  /** The first weight of a row. */
  int first(int row) {
    return starts[from + row];
  }

  /** Where the weights of a row end. */
  int end(int row) {
    return starts[to + row];
  }

  /** Refuses rows that are to be taken together and differ. */
  void requirePairs(int r0, int r1) {
    for (var r = r0; together == 2 && r < r1; r += 2) {
      if (r + 1 == r1 || !columns.same(first(r), end(r), first(r + 1), end(r + 1))) {
        throw new IllegalArgumentException(
            "rows " + r0 + " to " + r1 + ": expected pairs with the same columns");
      }
    }
  }
}
