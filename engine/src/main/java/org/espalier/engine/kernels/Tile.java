package org.espalier.engine.kernels;

/** Positions of the vectors of a tile; see {@link Kernels}. */
final class Tile {
  private Tile() {}

  /** Bytes from the start of a tile to its vector j. */
  static long position(int vectors, int j, long step, long half) {
    var inHalf = vectors < 4 ? vectors : vectors / 2;
    return j / inHalf * half + j % inHalf * step;
  }
}
