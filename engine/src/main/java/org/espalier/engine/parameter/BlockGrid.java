package org.espalier.engine.parameter;

import java.util.Arrays;
import org.espalier.engine.network.ParameterSpec;

/**
 * A parameter cut into blocks: a matrix of blocks, numbered row by row as weights are.
 *
 * <p>A column of weights is (input, tap), and so is a column of blocks: {@code input / block
 * columns · taps + tap}. Weights of one block are therefore {@code taps} columns apart.
 */
public final class BlockGrid {
  private final ParameterSpec spec;
  private final Block block;
  private final int taps;

  private BlockGrid(ParameterSpec spec, Block block) {
    this.spec = spec;
    this.block = block;
    this.taps = spec.kernelHeight() * spec.kernelWidth();
  }

  /**
   * The blocks of a parameter.
   *
   * @throws IllegalArgumentException if it {@linkplain Block#within has no such blocks}
   */
  public static BlockGrid of(ParameterSpec spec, Block block) {
    if (!block.equals(block.within(spec))) {
      throw new IllegalArgumentException(
          spec.name()
              + " cannot be cut into blocks of "
              + block
              + ", expected "
              + block.within(spec));
    }
    return new BlockGrid(spec, block);
  }

  /** What every element of the grid is. */
  public Block block() {
    return block;
  }

  /** Whether its elements are the weights themselves. */
  public boolean single() {
    return block.size() == 1;
  }

  /** Rows of blocks. */
  public int rows() {
    return spec.rows() / block.rows();
  }

  /** Columns of blocks. */
  public int columns() {
    return spec.columns() / block.columns();
  }

  int weightColumns() {
    return spec.columns();
  }

  /** Number of all blocks. */
  public long size() {
    return spec.size() / block.size();
  }

  /** The topology of which exactly the given blocks are active, strictly ascending. */
  public Topology topology(long[] blocks) {
    return Topology.of(spec.rows(), spec.columns(), positions(blocks));
  }

  /** Positions of the weights of {@code blocks}, both ascending. */
  public long[] positions(long[] blocks) {
    return single() ? blocks : members(blocks).positions();
  }

  /** The weights of {@code blocks}, strictly ascending. */
  Members members(long[] blocks) {
    var members = new Members(Math.toIntExact((long) blocks.length * block.size()));
    for (int from = 0, to; from < blocks.length; from = to) {
      to = runEnd(blocks, from, columns());
      for (var row = 0; row < block.rows(); row++) {
        addRow(members, blocks, from, to, row);
      }
    }
    return members;
  }

  /** Row {@code row} of the blocks {@code from … to}, which are those of one row of blocks. */
  private void addRow(Members members, long[] blocks, int from, int to, int row) {
    var base = (blocks[from] / columns() * block.rows() + row) * spec.columns();
    for (int first = from, next; first < to; first = next) {
      next = Math.min(to, runEnd(blocks, first, taps)); // those of the same inputs
      var input = blocks[first] % columns() / taps * block.columns();
      for (var column = 0; column < block.columns(); column++) {
        for (var i = first; i < next; i++) {
          members.add(base + (input + column) * taps + blocks[i] % taps, i);
        }
      }
    }
  }

  /** The end of the blocks from {@code from} on that lie in the same {@code length} numbers. */
  private static int runEnd(long[] blocks, int from, int length) {
    var end = (blocks[from] / length + 1) * length;
    var to = from + 1;
    while (to < blocks.length && blocks[to] < end) {
      to++;
    }
    return to;
  }

  /** The blocks whose first weight is active, as a topology of the grid. */
  public Topology active(Topology weights) {
    if (single()) {
      return weights;
    }
    var blocks = new long[weights.nonZeros()];
    var count = 0;
    for (var row = 0; row < rows(); row++) {
      var first = row * block.rows();
      for (var p = weights.rowStart()[first]; p < weights.rowStart()[first + 1]; p++) {
        var input = weights.column(p) / taps;
        if (input % block.columns() == 0) {
          var column = input / block.columns() * taps + weights.column(p) % taps;
          blocks[count++] = (long) row * columns() + column;
        }
      }
    }
    return Topology.of(rows(), columns(), Arrays.copyOf(blocks, count));
  }

  /**
   * Adds up magnitudes block by block over one row of blocks.
   *
   * @param weights the rows of that row of blocks one after the other, [block rows][columns], from
   *     {@code offset} on
   * @param sums [columns of blocks], overwritten; terms are added in the order of positions
   */
  void sumMagnitudes(float[] weights, int offset, float[] sums) {
    Arrays.fill(sums, 0, columns(), 0);
    for (var row = 0; row < block.rows(); row++) {
      var start = offset + row * spec.columns();
      for (var input = 0; input < spec.inputs(); input++) {
        var from = start + input * taps;
        var into = input / block.columns() * taps;
        for (var tap = 0; tap < taps; tap++) {
          sums[into + tap] += Math.abs(weights[from + tap]);
        }
      }
    }
  }

  /** The weights of some blocks. */
  static final class Members {
    private final long[] positions; // ascending
    private final int[] owners; // which of the blocks each belongs to
    private int count;

    Members(int count) {
      this.positions = new long[count];
      this.owners = new int[count];
    }

    private void add(long position, int owner) {
      positions[count] = position;
      owners[count++] = owner;
    }

    long[] positions() {
      return positions;
    }

    int[] owners() {
      return owners;
    }
  }
}
