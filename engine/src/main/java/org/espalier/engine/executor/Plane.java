package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;

/**
 * The vectors that a product has to compute for one row of weights, as a plane of tiles.
 *
 * <p>For images it is the pixels of one group of samples, and groups are an outer loop. For
 * features the groups themselves are its rows, so that one kernel call may span two groups.
 */
record Plane(boolean flat, int height, int width) {

  static Plane spatial(int height, int width) {
    return new Plane(false, height, width);
  }

  static Plane flat(int groups, int vectorsPerGroup) {
    return new Plane(true, groups, vectorsPerGroup);
  }

  /** Times the plane is computed when {@code groups} groups are in use. */
  int repeats(int groups) {
    return flat ? 1 : groups;
  }

  /**
   * Disjoint tiles in bands of about {@code vectors} vectors, one task each, for every number of
   * groups in use: {@code [groups][band][tile]}.
   *
   * @param from where the operand lies, {@code to} the result
   */
  PlacedTile[][][] bands(Side from, Side to, int most, int vectors) {
    var groups = to.tensor().groups();
    var bands = new PlacedTile[groups + 1][][];
    for (var used = 1; used <= groups; used++) {
      bands[used] =
          flat || used == 1
              ? cut(
                  patches(used, most).stream()
                      .map(patch -> PlacedTile.of(patch, from, to))
                      .toList(),
                  vectors)
              : bands[1];
    }
    bands[0] = new PlacedTile[0][];
    return bands;
  }

  /** Disjoint patches of at most {@code most} vectors, when {@code groups} groups are in use. */
  List<Patch> patches(int groups, int most) {
    return Patch.cover(flat ? groups : height, width, most);
  }

  private static PlacedTile[][] cut(List<PlacedTile> tiles, int vectors) {
    var bands = new ArrayList<PlacedTile[]>();
    var from = 0;
    var filled = 0;
    for (var to = 0; to < tiles.size(); to++) {
      filled += tiles.get(to).tile().vectors();
      if (filled >= vectors || to == tiles.size() - 1) {
        bands.add(tiles.subList(from, to + 1).toArray(PlacedTile[]::new));
        from = to + 1;
        filled = 0;
      }
    }
    return bands.toArray(PlacedTile[][]::new);
  }
}
