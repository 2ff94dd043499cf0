package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.kernels.Tile;

/**
 * A patch of an output plane that one kernel call computes: {@code vectors} pixels in one row, or
 * half of them in this row and half in the next.
 *
 * @param paired whether the second half lies one row below
 */
record Patch(int vectors, int row, int column, boolean paired) {

  /**
   * Cuts a plane into disjoint patches of at most {@code most} vectors, whole rows first and in
   * order, so that any height and width is covered without overlap or remainder loops.
   */
  static List<Patch> cover(int height, int width, int most) {
    var patches = new ArrayList<Patch>();
    var row = 0;
    for (; row + 1 < height; row += 2) {
      coverPair(patches, row, width, most);
    }
    if (row < height) {
      coverRow(patches, row, 0, width, most);
    }
    return patches;
  }

  private static void coverPair(List<Patch> patches, int row, int width, int most) {
    // Full-width patches of one row each while they fit, what is left over in pairs of rows.
    var wide = most == 16 ? 0 : width - width % most;
    coverRow(patches, row, 0, wide, most);
    coverRow(patches, row + 1, 0, wide, most);
    var column = wide;
    while (column < width) {
      var half = Math.min(most / 2, Integer.highestOneBit(width - column));
      patches.add(new Patch(2 * half, row, column, true));
      column += half;
    }
  }

  private static void coverRow(List<Patch> patches, int row, int from, int to, int most) {
    for (var column = from; column < to; ) {
      var vectors = Math.min(most, Integer.highestOneBit(to - column));
      patches.add(new Patch(vectors, row, column, false));
      column += vectors;
    }
  }

  /** The tile that computes this patch. */
  Tile tile(Side from, Side to) {
    return new Tile(
        vectors, step(from), half(from), to.tensor().channelBytes(), step(to), half(to));
  }

  /** Bytes between neighbours in a half. */
  private long step(Side side) {
    return paired && vectors == 2 ? side.rowBytes() : side.pixelBytes();
  }

  /** Bytes between the halves. */
  private long half(Side side) {
    return paired ? side.rowBytes() : vectors / 2 * side.pixelBytes();
  }
}
