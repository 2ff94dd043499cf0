package org.espalier.engine.parameter;

import java.util.Arrays;

/**
 * The mask of one parameter: its active positions as compressed sparse rows, columns ascending.
 *
 * <p>Immutable. Column indices take 16 bits up to 65,536 columns and 32 beyond; a position is
 * {@code row·columns + column} and may exceed the range of int.
 */
public final class Topology {
  private static final char[] NO_NARROW = {};
  private static final int[] NO_WIDE = {};

  private final int rows;
  private final int columns;
  private final int[] rowStart; // [rows + 1]
  private final char[] narrow; // [nnz] when columns fit 16 bits
  private final int[] wide; // [nnz] otherwise

  private Topology(int rows, int columns, int[] rowStart, char[] narrow, int[] wide) {
    this.rows = rows;
    this.columns = columns;
    this.rowStart = rowStart;
    this.narrow = narrow;
    this.wide = wide;
  }

  /** Every position active; at most 2³¹ − 1 of them. */
  public static Topology full(int rows, int columns) {
    var builder = new Builder(rows, columns, Math.multiplyExact(rows, columns));
    for (var row = 0; row < rows; row++) {
      for (var column = 0; column < columns; column++) {
        builder.add(column);
      }
      builder.endRow();
    }
    return builder.build();
  }

  /** Exactly the given positions, strictly ascending. */
  public static Topology of(int rows, int columns, long[] positions) {
    var builder = new Builder(rows, columns, positions.length);
    var next = 0;
    for (var row = 0; row < rows; row++) {
      var end = (row + 1L) * columns;
      for (; next < positions.length && positions[next] < end; next++) {
        builder.add((int) (positions[next] - (long) row * columns));
      }
      builder.endRow();
    }
    if (next < positions.length) {
      throw new IllegalArgumentException(
          "position "
              + positions[next]
              + ": expected ascending positions below "
              + (long) rows * columns);
    }
    return builder.build();
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Number of active positions (nnz). */
  public int nonZeros() {
    return rowStart[rows];
  }

  /** Number of all positions. */
  public long size() {
    return (long) rows * columns;
  }

  public double density() {
    return nonZeros() / (double) size();
  }

  /** Whether columns are held in 16 bits. */
  public boolean narrow() {
    return columns <= 1 << 16;
  }

  /** Start of each row in the stored order, and nnz at the end; do not modify. */
  public int[] rowStart() {
    return rowStart;
  }

  /** Columns in stored order when {@link #narrow()}; do not modify. */
  public char[] narrowColumns() {
    return narrow;
  }

  /** Columns in stored order when not {@link #narrow()}; do not modify. */
  public int[] wideColumns() {
    return wide;
  }

  /** Column of the stored weight {@code index}. */
  public int column(int index) {
    return narrow() ? narrow[index] : wide[index];
  }

  /** The index of (row, column) in stored order, or a negative number if it is not active. */
  public int indexOf(int row, int column) {
    var from = rowStart[row];
    var to = rowStart[row + 1];
    return narrow()
        ? Arrays.binarySearch(narrow, from, to, (char) column)
        : Arrays.binarySearch(wide, from, to, column);
  }

  public boolean active(long position) {
    return indexOf((int) (position / columns), (int) (position % columns)) >= 0;
  }

  /** All active positions, ascending. */
  public long[] positions() {
    var positions = new long[nonZeros()];
    for (var row = 0; row < rows; row++) {
      for (var p = rowStart[row]; p < rowStart[row + 1]; p++) {
        positions[p] = (long) row * columns + column(p);
      }
    }
    return positions;
  }

  /** What remains without the stored weights {@code dropped}, strictly ascending indices. */
  public Topology without(int[] dropped) {
    return new Rewiring(dropped, new long[0]).apply(this).topology();
  }

  /**
   * The absent positions of the given ranks: rank 0 is the first position that is not active.
   *
   * <p>Turns a random sample of numbers into a random sample of absent weights, in O(rows + nnz +
   * ranks).
   *
   * @param ranks strictly ascending, below {@code size() − nonZeros()}
   */
  public long[] absent(long[] ranks) {
    var positions = new long[ranks.length];
    var active = positions();
    var before = 0; // active positions before the one sought
    var last = -1L;
    for (var i = 0; i < ranks.length; i++) {
      if (ranks[i] <= last || ranks[i] >= size() - nonZeros()) {
        throw new IllegalArgumentException(
            "rank "
                + ranks[i]
                + " after "
                + last
                + ": expected ascending ranks below "
                + (size() - nonZeros()));
      }
      last = ranks[i];
      while (before < active.length && active[before] - before <= last) {
        before++;
      }
      positions[i] = last + before;
    }
    return positions;
  }

  /** Bytes of the index structure. */
  public long bytes() {
    return 4L * rowStart.length + 2L * narrow.length + 4L * wide.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Topology that
        && rows == that.rows
        && columns == that.columns
        && Arrays.equals(rowStart, that.rowStart)
        && Arrays.equals(narrow, that.narrow)
        && Arrays.equals(wide, that.wide);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(rowStart) + Arrays.hashCode(narrow) + Arrays.hashCode(wide);
  }

  @Override
  public String toString() {
    return rows + "×" + columns + " topology, " + nonZeros() + " active";
  }

  /** Builds a topology row by row. */
  static final class Builder {
    private final int rows;
    private final int columns;
    private final int nonZeros;
    private final int[] rowStart;
    private final boolean fits;
    private final char[] narrow;
    private final int[] wide;
    private int row;
    private int count;

    Builder(int rows, int columns, int nonZeros) {
      this.rows = rows;
      this.columns = columns;
      this.nonZeros = nonZeros;
      this.rowStart = new int[rows + 1];
      this.fits = columns <= 1 << 16;
      this.narrow = fits ? new char[nonZeros] : NO_NARROW;
      this.wide = fits ? NO_WIDE : new int[nonZeros];
    }

    void add(int column) {
      if (column < 0 || column >= columns || (count > rowStart[row] && column <= last())) {
        throw new IllegalArgumentException(
            "column "
                + column
                + " in row "
                + row
                + ": expected ascending columns below "
                + columns);
      }
      if (fits) {
        narrow[count++] = (char) column;
      } else {
        wide[count++] = column;
      }
    }

    void endRow() {
      rowStart[++row] = count;
    }

    Topology build() {
      if (row != rows || count != nonZeros) {
        throw new IllegalStateException(
            "built " + row + " of " + rows + " rows, " + count + " of " + nonZeros + " positions");
      }
      return new Topology(rows, columns, rowStart, narrow, wide);
    }

    private int last() {
      return fits ? narrow[count - 1] : wide[count - 1];
    }
  }
}
