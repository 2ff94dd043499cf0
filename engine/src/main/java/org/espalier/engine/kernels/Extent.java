package org.espalier.engine.kernels;

import org.espalier.engine.memory.LiveMemory;

/**
 * The addresses from {@code low} to {@code high} (exclusive) that a kernel call may touch through
 * one operand; empty when {@code low} equals {@code high}.
 */
record Extent(long low, long high) {

  static Extent at(long address, long bytes) {
    return new Extent(address, address + bytes);
  }

  /** This extent at 0, stride, 2 stride, ...: {@code count} times. */
  Extent times(long count, long stride) {
    return count <= 0 ? new Extent(low, low) : over(0, (count - 1) * stride);
  }

  /** This extent for each row of a range. */
  Extent rows(int r0, int r1, long stride) {
    return r1 <= r0 ? new Extent(low, low) : over(r0 * stride, (r1 - 1) * stride);
  }

  /** This extent for each vector of a tile. */
  Extent tile(int vectors, long step, long half) {
    var first = 0L;
    var last = 0L;
    for (var j = 0; j < vectors; j++) {
      first = Math.min(first, Tile.position(vectors, j, step, half));
      last = Math.max(last, Tile.position(vectors, j, step, half));
    }
    return over(first, last);
  }

  /** This extent at each of the offsets of columns k0 to k1. */
  Extent columns(int k0, int k1, int[] offset) {
    if (k1 <= k0) {
      return new Extent(low, low);
    }
    var first = Long.MAX_VALUE;
    var last = Long.MIN_VALUE;
    for (var k = k0; k < k1; k++) {
      first = Math.min(first, offset[k]);
      last = Math.max(last, offset[k]);
    }
    return over(first, last);
  }

  /** This extent at the column of each weight of the rows. */
  Extent weights(int r0, int r1, int[] rowStart, int from, int to, Columns columns) {
    var first = Long.MAX_VALUE;
    var last = Long.MIN_VALUE;
    for (var r = r0; r < r1; r++) {
      for (var p = rowStart[from + r]; p < rowStart[to + r]; p++) {
        first = Math.min(first, columns.operand(p));
        last = Math.max(last, columns.operand(p));
      }
    }
    return first > last ? new Extent(low, low) : over(first, last);
  }

  private Extent over(long first, long last) {
    return low == high
        ? this
        : new Extent(low + Math.min(first, last), high + Math.max(first, last));
  }

  /** Refuses an extent that does not lie in one living buffer. */
  void require(String operand) {
    if (low != high && !LiveMemory.contains(low, high - low)) {
      throw new IndexOutOfBoundsException(
          "%s: %d bytes at %#x: expected to lie in one living buffer"
              .formatted(operand, high - low, low));
    }
  }
}
