package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;

/**
 * A patch of an output plane that one kernel call computes: {@code vectors} pixels in one row, or
 * half of them in this row and half in the next.
 *
 * @param paired whether the second half lies one row below
 */
record Tile(int vectors, int row, int column, boolean paired) {

  /**
   * Cuts a plane into disjoint tiles of at most {@code most} vectors, whole rows first and in
   * order, so that any height and width is covered without overlap or remainder loops.
   */
  static List<Tile> cover(int height, int width, int most) {
    var tiles = new ArrayList<Tile>();
    var row = 0;
    for (; row + 1 < height; row += 2) {
      coverPair(tiles, row, width, most);
    }
    if (row < height) {
      coverRow(tiles, row, 0, width, most);
    }
    return tiles;
  }

  private static void coverPair(List<Tile> tiles, int row, int width, int most) {
    // Full-width tiles of one row each while they fit, what is left over in pairs of rows.
    var wide = most == 16 ? 0 : width - width % most;
    coverRow(tiles, row, 0, wide, most);
    coverRow(tiles, row + 1, 0, wide, most);
    var column = wide;
    while (column < width) {
      var half = Math.min(most / 2, Integer.highestOneBit(width - column));
      tiles.add(new Tile(2 * half, row, column, true));
      column += half;
    }
  }

  private static void coverRow(List<Tile> tiles, int row, int from, int to, int most) {
    for (var column = from; column < to; ) {
      var vectors = Math.min(most, Integer.highestOneBit(to - column));
      tiles.add(new Tile(vectors, row, column, false));
      column += vectors;
    }
  }

  /**
   * Bytes between neighbours in a half, where pixels are {@code pixel} and rows {@code row} apart.
   */
  long step(long pixel, long row) {
    return paired && vectors == 2 ? row : pixel;
  }

  /** Bytes between the halves. */
  long half(long pixel, long row) {
    return paired ? row : vectors / 2 * pixel;
  }
}
