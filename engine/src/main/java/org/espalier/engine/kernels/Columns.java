package org.espalier.engine.kernels;

import java.util.Arrays;

/**
 * How the weights of a sparse matrix find their operands: the column of each weight, and where a
 * column lies.
 *
 * <p>Made once for a topology, so that calls of a kernel need not tell its kinds apart. Column
 * {@code c}, a feature or a tap (input channel, kernel row, kernel column), lies {@code offset[c]}
 * bytes behind the start of the operand; so one loop serves linear layers, every convolution and
 * their input gradients. Features lie evenly, {@code bytes} apart, and are spared the table's share
 * of the first cache.
 *
 * @param narrow column of each weight, up to 65,536 columns; empty if they are wide
 * @param wide column of each weight beyond that; empty if they are narrow
 * @param offset byte offset of each column; empty if they lie evenly
 * @param bytes between columns that lie evenly
 */
public record Columns(char[] narrow, int[] wide, int[] offset, long bytes) {
  private static final char[] NO_NARROW = {};
  private static final int[] NONE = {};

  /** Columns that are looked up in a table. */
  public static Columns table(char[] column, int[] offset) {
    return new Columns(column, NONE, offset, 0);
  }

  /** Columns that lie {@code bytes} apart. */
  public static Columns even(char[] column, long bytes) {
    return new Columns(column, NONE, NONE, bytes);
  }

  /** Columns that lie {@code bytes} apart, more than 65,536 of them. */
  public static Columns even(int[] column, long bytes) {
    return new Columns(NO_NARROW, column, NONE, bytes);
  }

  /** Column of weight {@code p}. */
  public int at(int p) {
    return wide.length > 0 ? wide[p] : narrow[p];
  }

  /** Bytes from the start of the operand to that of weight {@code p}. */
  long operand(int p) {
    return offset.length > 0 ? offset[at(p)] : at(p) * bytes;
  }

  /**
   * Whether rows r0 and r0 + 1, r0 + 2 and r0 + 3, and so on to r1 have the same columns, rows
   * being given as in {@link Kernels#spmm}.
   */
  public boolean pair(int r0, int r1, int[] rowStart, int from, int to) {
    for (var r = r0; r < r1; r += 2) {
      if (r + 1 == r1
          || !same(
              rowStart[from + r], rowStart[to + r], rowStart[from + r + 1], rowStart[to + r + 1])) {
        return false;
      }
    }
    return true;
  }

  private boolean same(int p, int pEnd, int q, int qEnd) {
    return wide.length > 0
        ? Arrays.equals(wide, p, pEnd, wide, q, qEnd)
        : Arrays.equals(narrow, p, pEnd, narrow, q, qEnd);
  }
}
