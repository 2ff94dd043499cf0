package org.espalier.engine.kernels;

import java.util.Arrays;

/**
 * Where the operands of a sparse matrix's weights lie: weight p's {@code column << shift} bytes
 * behind the start of the operand.
 *
 * <p>Made once for a topology, so that one loop serves linear layers, every convolution and their
 * input gradients. A shift costs next to nothing; a table of offsets, or a multiplication, took a
 * fifth of the speed of the products.
 *
 * @param narrow column of each weight, below 65,536; empty if they are wide
 * @param wide column of each weight where some lie beyond; empty if they are narrow
 * @param shift binary logarithm of the bytes that columns count
 */
public record Columns(char[] narrow, int[] wide, int shift) {
  private static final char[] NO_NARROW = {};
  private static final int[] NO_WIDE = {};

  /** Columns below 65,536. */
  public static Columns of(char[] column, int shift) {
    return new Columns(column, NO_WIDE, shift);
  }

  /** Columns of any size. */
  public static Columns of(int[] column, int shift) {
    return new Columns(NO_NARROW, column, shift);
  }

  /** Column of weight {@code p}. */
  public int at(int p) {
    return wide.length > 0 ? wide[p] : narrow[p];
  }

  /** Bytes these take. */
  public long bytes() {
    return (long) Character.BYTES * narrow.length + (long) Integer.BYTES * wide.length;
  }

  /** Bytes from the start of the operand to that of weight {@code p}. */
  long operand(int p) {
    return (long) at(p) << shift;
  }

  /** 2 if rows 2i and 2i + 1 of a matrix have the same columns, for every i; else 1. */
  int together(int[] rowStart) {
    var rows = rowStart.length - 1;
    for (var r = 0; r < rows; r += 2) {
      if (r + 1 == rows || !same(rowStart[r], rowStart[r + 1], rowStart[r + 1], rowStart[r + 2])) {
        return 1;
      }
    }
    return 2;
  }

  /** Whether weights p to pEnd have the columns of weights q to qEnd. */
  boolean same(int p, int pEnd, int q, int qEnd) {
    return wide.length > 0
        ? Arrays.equals(wide, p, pEnd, wide, q, qEnd)
        : Arrays.equals(narrow, p, pEnd, narrow, q, qEnd);
  }
}
