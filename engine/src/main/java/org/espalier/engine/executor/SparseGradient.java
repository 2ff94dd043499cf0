package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/**
 * The weight gradient at the non-zeros: for each stored weight one dot product over samples and
 * pixels. A task owns a slice of rows and visits all tiles in order, so sums have one order.
 */
final class SparseGradient implements WorkerPool.Task {
  private final Plane plane;
  private final Side x;
  private final Side dy;
  private final int[] offsets;
  private final Tile[][][] bands; // [groups][band][tile]
  private final Pass pass;

  private SparseStructure structure;
  private int[] slices;
  private float[] gradient = {};

  SparseGradient(
      Plane plane, Side x, Side dy, int[] offsets, SparseStructure structure, Pass pass) {
    this.plane = plane;
    this.x = x;
    this.dy = dy;
    this.offsets = offsets;
    this.pass = pass;
    this.bands =
        plane.bands(x.tensor().groups(), pass.kernels().gradientVectors(), Integer.MAX_VALUE);
    this.structure = structure;
    this.slices = slices(structure);
  }

  void structure(SparseStructure structure) {
    this.structure = structure;
    this.slices = slices(structure);
  }

  private int[] slices(SparseStructure structure) {
    var rows = structure.topology().rows();
    return SparseStructure.slices(structure.rowStart(), 0, rows, Math.min(rows, pass.threads()));
  }

  void compute(float[] gradient) {
    this.gradient = gradient;
    var groups = x.tensor().groups(pass.size());
    pass.run(
        2L * gradient.length * plane.height() * plane.width() * pass.kernels().lanes() * groups,
        slices.length - 1,
        this);
  }

  @Override
  public void run(int slice) {
    var groups = x.tensor().groups(pass.size());
    var kernels = pass.kernels();
    var accumulate = false;
    for (var group = 0; group < plane.repeats(groups); group++) {
      for (var band : bands[groups]) {
        for (var tile : band) {
          if (structure.narrow()) {
            kernels.sddmm(
                tile.vectors(),
                slices[slice],
                slices[slice + 1],
                structure.rowStart(),
                0,
                1,
                structure.columns(),
                offsets,
                gradient,
                accumulate,
                x.at(group, tile),
                x.step(tile),
                x.half(tile),
                dy.at(group, tile),
                dy.tensor().channelBytes(),
                dy.step(tile),
                dy.half(tile));
          } else {
            kernels.sddmm(
                tile.vectors(),
                slices[slice],
                slices[slice + 1],
                structure.rowStart(),
                0,
                1,
                structure.wideColumns(),
                x.tensor().channelBytes(),
                gradient,
                accumulate,
                x.at(group, tile),
                x.step(tile),
                x.half(tile),
                dy.at(group, tile),
                dy.tensor().channelBytes(),
                dy.step(tile),
                dy.half(tile));
          }
          accumulate = true;
        }
      }
    }
  }
}
