package org.espalier.engine.executor;

import org.espalier.engine.kernels.Tile;

/**
 * A tile of a product's plane with where it begins on both sides, in bytes from the first vector of
 * the plane. Made once for a layer: a step only adds where the plane of a group begins.
 */
record PlacedTile(Tile tile, long from, long to) {

  static PlacedTile of(Patch patch, Side from, Side to) {
    return new PlacedTile(patch.tile(from, to), from.offset(patch), to.offset(patch));
  }
}
