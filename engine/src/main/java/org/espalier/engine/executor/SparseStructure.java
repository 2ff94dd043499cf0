package org.espalier.engine.executor;

import org.espalier.engine.kernels.Columns;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parameter.Topology;

/**
 * The index structure of one sparse weight, both ways: rows for the product and the weight
 * gradient, mirrored rows (one per input channel and parity) for the input gradient.
 *
 * <p>Rebuilt by counting sort in O(nnz) when the topology changes. Weights keep the order of their
 * parameter; {@code permutation} leads from the mirrored order to it.
 *
 * <p>A topology in blocks looks like any other; here its rows are found to come in pairs. Blocks of
 * two outputs pair rows, blocks of two inputs pair mirrored rows, and full topologies do both.
 */
final class SparseStructure {
  private static final char[] NO_NARROW = {};
  private static final int[] NO_WIDE = {};

  private final ProductGeometry geometry;
  private final Topology topology;
  private final char[] columns;
  private int[] mirroredStart = {};
  private char[] mirroredNarrow = NO_NARROW;
  private int[] mirroredWide = NO_WIDE;
  private int[] permutation = {};

  /** Structures for {@code topology}; the mirrored one only if an input gradient is needed. */
  SparseStructure(ProductGeometry geometry, Topology topology, boolean mirrored) {
    this.geometry = geometry;
    this.topology = topology;
    this.columns = geometry.weight().groups() == 1 ? topology.narrowColumns() : absoluteColumns();
    if (mirrored) {
      mirror();
    }
  }

  /** Columns count from the first channel of their own group in a parameter, absolutely here. */
  private char[] absoluteColumns() {
    var absolute = new char[topology.nonZeros()];
    for (var row = 0; row < topology.rows(); row++) {
      var base = row / geometry.outputsPerGroup() * topology.columns();
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        absolute[p] = (char) (base + topology.column(p));
      }
    }
    return absolute;
  }

  private void mirror() {
    var taps = geometry.taps();
    var channels = geometry.x().shape().channels();
    var rowOfTap = new int[taps];
    for (var tap = 0; tap < taps; tap++) {
      rowOfTap[tap] = geometry.pixelParity(tap) * channels;
    }
    var rows = geometry.stride() * geometry.stride() * channels;
    var start = new int[rows + 1];
    for (var p = 0; p < topology.nonZeros(); p++) {
      var column = column(p);
      start[rowOfTap[column % taps] + column / taps + 1]++;
    }
    for (var row = 0; row < rows; row++) {
      start[row + 1] += start[row];
    }
    var next = start.clone();
    var narrow = geometry.mirroredColumns() <= 1 << 16;
    mirroredNarrow = narrow ? new char[topology.nonZeros()] : NO_NARROW;
    mirroredWide = narrow ? NO_WIDE : new int[topology.nonZeros()];
    permutation = new int[topology.nonZeros()];
    for (var output = 0; output < topology.rows(); output++) {
      for (var p = topology.rowStart()[output]; p < topology.rowStart()[output + 1]; p++) {
        var column = column(p);
        var to = next[rowOfTap[column % taps] + column / taps]++;
        if (narrow) {
          mirroredNarrow[to] = (char) (output * taps + column % taps);
        } else {
          mirroredWide[to] = output * taps + column % taps;
        }
        permutation[to] = p;
      }
    }
    mirroredStart = start;
  }

  Topology topology() {
    return topology;
  }

  /** Outputs by columns, for the product and the weight gradient. */
  CompressedRows matrix(Kernels kernels) {
    var start = topology.rowStart();
    var columns = columns();
    return new CompressedRows(
        start,
        columns,
        SparseRows.together(start, columns),
        geometry.columns(),
        geometry.taps(),
        vectors -> geometry.tileBytes(geometry.x(), geometry.stride(), vectors, kernels.lanes()));
  }

  private Columns columns() {
    var bytes = geometry.x().channelBytes();
    if (!geometry.flat()) {
      return Columns.table(columns, geometry.offsets());
    }
    return topology.narrow()
        ? Columns.even(columns, bytes)
        : Columns.even(topology.wideColumns(), bytes);
  }

  /** Input channels of every parity by mirrored columns, for the input gradient. */
  CompressedRows mirror(Tensor dy, Kernels kernels) {
    var columns = mirroredColumns(dy);
    var pairable = geometry.x().shape().channels() % 2 == 0; // or pairs would cross parities
    return new CompressedRows(
        mirroredStart,
        columns,
        pairable ? SparseRows.together(mirroredStart, columns) : 1,
        geometry.mirroredColumns(),
        geometry.taps(),
        vectors -> geometry.tileBytes(dy, 1, vectors, kernels.lanes()));
  }

  private Columns mirroredColumns(Tensor dy) {
    if (!geometry.flat()) {
      return Columns.table(mirroredNarrow, geometry.mirroredOffsets(dy));
    }
    return mirroredWide.length == 0
        ? Columns.even(mirroredNarrow, dy.channelBytes())
        : Columns.even(mirroredWide, dy.channelBytes());
  }

  private int column(int p) {
    return topology.narrow() ? columns[p] : topology.wideColumns()[p];
  }

  int[] permutation() {
    return permutation;
  }

  /** Bytes beyond the parameter's own topology. */
  long bytes() {
    var own = geometry.weight().groups() == 1 ? 0 : 2L * columns.length;
    return own
        + 4L * mirroredStart.length
        + 2L * mirroredNarrow.length
        + 4L * mirroredWide.length
        + 4L * permutation.length;
  }
}
