package org.espalier.engine.kernels;

import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
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

  /** This extent for each vector of a tile's operand. */
  Extent operand(Tile tile) {
    return vectors(tile.vectors(), tile::x);
  }

  /** This extent for each vector of rows of a tile's result. */
  Extent result(Tile tile, int r0, int r1) {
    return vectors(tile.vectors(), tile::y).rows(r0, r1, tile.yRow());
  }

  private Extent vectors(int count, IntToLongFunction position) {
    var positions = IntStream.range(0, count).mapToLong(position).summaryStatistics();
    return over(positions.getMin(), positions.getMax());
  }

  /** This extent for each tap of each window. */
  Extent input(Windows windows) {
    return times(windows.windowRows(), windows.tapRow())
        .times(windows.windowColumns(), windows.tapColumn())
        .times(windows.rows(), windows.xRow())
        .times(windows.columns(), windows.xColumn());
  }

  /** This extent for the output of each window. */
  Extent output(Windows windows) {
    return times(windows.rows(), windows.yRow()).times(windows.columns(), windows.yColumn());
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
  Extent weights(Panel panel, int r0, int r1) {
    var first = Long.MAX_VALUE;
    var last = Long.MIN_VALUE;
    for (var r = r0; r < r1; r++) {
      for (var p = panel.first(r); p < panel.end(r); p++) {
        first = Math.min(first, panel.columns().operand(p));
        last = Math.max(last, panel.columns().operand(p));
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
