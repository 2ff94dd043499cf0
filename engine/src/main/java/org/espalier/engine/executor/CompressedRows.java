package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.espalier.engine.kernels.Panel;

/**
 * A sparse matrix with what its tilings depend on.
 *
 * @param whole all of it
 * @param pixels where columns find their operands
 * @param tileBytes what a tile of so many vectors reads of one channel
 */
record CompressedRows(Panel whole, ColumnPixels pixels, IntToLongFunction tileBytes) {
  private static final List<Integer> TILES = List.of(4, 8);

  /** Rows that the kernel takes together. */
  int together() {
    return whole.together();
  }

  /** Tiles of {@code vectors} vectors, and panels where they are sure to pay. */
  Tiling tiling(int vectors) {
    return new Tiling(vectors, weightsPerPanel(vectors) >= Panels.LEAST_WEIGHTS);
  }

  /** Average weights of a row in one of several panels; 0 where one holds all columns. */
  private double weightsPerPanel(int vectors) {
    var count = pixels.count();
    var width = Panels.width(pixels.channel(), tileBytes.applyAsLong(vectors));
    var rows = whole.starts().length - 1;
    return width >= count ? 0 : whole.starts()[rows] / (double) Math.max(1, rows) * width / count;
  }

  /**
   * The tilings that might be faster than {@code usual}, which comes first: no two cut a plane and
   * the columns alike.
   *
   * @param most vectors that kernels take
   */
  List<Tiling> tilings(Tiling usual, Plane plane, int groups, int most) {
    Set<Tiling> tilings = new LinkedHashSet<>(List.of(usual));
    var sizes = new ArrayList<>(List.of(usual.vectors()));
    sizes.addAll(TILES);
    var covers = new HashSet<List<Patch>>();
    for (var vectors : sizes) {
      if (vectors <= most && covers.add(plane.patches(groups, vectors))) {
        tilings.add(new Tiling(vectors, false));
        if (weightsPerPanel(vectors) >= Panels.LEAST_WEIGHTS_TO_TRY) {
          tilings.add(new Tiling(vectors, true));
        }
      }
    }
    return List.copyOf(tilings);
  }

  SparseRows tiled(Tiling tiling) {
    var count = pixels.count();
    var width = Panels.width(pixels.channel(), tileBytes.applyAsLong(tiling.vectors()));
    var panels =
        tiling.panels() && width < count ? Panels.of(whole, count, width) : new Panel[] {whole};
    return new SparseRows(whole, panels, pixels.origin(), tiling.vectors());
  }
}
