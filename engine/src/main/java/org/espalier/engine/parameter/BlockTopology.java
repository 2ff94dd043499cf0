package org.espalier.engine.parameter;

import java.util.Arrays;
import org.espalier.engine.network.ParameterSpec;

/**
 * A topology of whole blocks, seen block by block: which are active, and what they are worth.
 *
 * <p>Blocks of a single weight are the weights themselves, in the same order.
 */
public final class BlockTopology {
  private final BlockGrid grid;
  private final Topology active;
  private final int[] owners; // of each stored weight its block's index; unless single

  private BlockTopology(BlockGrid grid, Topology active, int[] owners) {
    this.grid = grid;
    this.active = active;
    this.owners = owners;
  }

  /**
   * {@code weights} in blocks, in O(rows + nnz).
   *
   * @throws IllegalArgumentException if a block is active in part
   */
  public static BlockTopology of(ParameterSpec spec, Topology weights, Block block) {
    var grid = BlockGrid.of(spec, block);
    var active = grid.active(weights);
    if (grid.single()) {
      return new BlockTopology(grid, active, new int[0]);
    }
    var members = grid.members(active.positions());
    if (!Arrays.equals(members.positions(), weights.positions())) {
      throw new IllegalArgumentException(
          spec.name() + ": " + weights + ", expected whole blocks of " + block);
    }
    return new BlockTopology(grid, active, members.owners());
  }

  /** All blocks, absent ones among them. */
  public BlockGrid grid() {
    return grid;
  }

  /** The active blocks, positions being numbers of the grid. */
  public Topology active() {
    return active;
  }

  /**
   * The L1 norm of each active block.
   *
   * @param stored one number per weight, in stored order; added up in that order
   */
  public float[] magnitudes(float[] stored) {
    var sums = new float[active.nonZeros()];
    for (var p = 0; p < stored.length; p++) {
      sums[owner(p)] += Math.abs(stored[p]);
    }
    return sums;
  }

  /**
   * The sum of each active block.
   *
   * @param stored one number per weight, in stored order; added up in that order
   */
  public float[] sums(float[] stored) {
    var sums = new float[active.nonZeros()];
    for (var p = 0; p < stored.length; p++) {
      sums[owner(p)] += stored[p];
    }
    return sums;
  }

  /** Indices in stored order, ascending, of the weights of {@code blocks}, likewise. */
  public int[] weights(int[] blocks) {
    if (grid.single()) {
      return blocks;
    }
    var chosen = new boolean[active.nonZeros()];
    for (var block : blocks) {
      chosen[block] = true;
    }
    var indices = new int[blocks.length * grid.block().size()];
    var count = 0;
    for (var p = 0; p < owners.length; p++) {
      if (chosen[owners[p]]) {
        indices[count++] = p;
      }
    }
    return indices;
  }

  /**
   * Offers the scores of absent blocks to {@code largest}: the sums of the magnitudes of their
   * weights, for single weights the weights' own.
   *
   * @param r0 first row of {@code dense}, {@code r1} the one after its last: whole rows of blocks
   * @param dense one number per weight, active ones included, {@code [rows][columns]}
   * @param sums room for one row of blocks
   */
  public void offer(int r0, int r1, float[] dense, float[] sums, LargestGradients largest) {
    var columns = grid.weightColumns();
    var height = grid.block().rows();
    for (var r = r0; r < r1; r += height) {
      var offset = (r - r0) * columns;
      if (grid.single()) {
        largest.offerRow(active, r, 0, columns, dense, offset);
      } else {
        grid.sumMagnitudes(dense, offset, sums);
        largest.offerRow(active, r / height, 0, grid.columns(), sums, 0);
      }
    }
  }

  private int owner(int stored) {
    return grid.single() ? stored : owners[stored];
  }
}
