package org.espalier.engine.executor;

import org.espalier.engine.parameter.Topology;

/**
 * The index structure of one sparse weight, both ways: rows for the product and the weight
 * gradient, mirrored rows (one per input channel and parity) for the input gradient.
 *
 * <p>Rebuilt by counting sort in O(nnz) when the topology changes. Weights keep the order of their
 * parameter; {@code permutation} leads from the mirrored order to it.
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

  /**
   * Outputs by columns, for the product and the weight gradient, in panels for tiles of {@code
   * vectors} vectors.
   */
  SparseRows rows(int vectors, int vector) {
    var start = topology.rowStart();
    var panels =
        Panels.of(
            start,
            0,
            topology.rows(),
            this::column,
            geometry.columns(),
            geometry.taps(),
            geometry.tileBytes(geometry.x(), geometry.stride(), vectors, vector));
    return new SparseRows(
        start,
        columns,
        topology.wideColumns(),
        geometry.flat() ? NO_WIDE : geometry.offsets(),
        geometry.x().channelBytes(),
        panels);
  }

  /** Input channels of every parity by mirrored columns, for the input gradient. */
  SparseRows mirroredRows(Tensor dy, int vectors, int vector) {
    var panels =
        Panels.of(
            mirroredStart,
            0,
            mirroredStart.length - 1,
            this::mirroredColumn,
            geometry.mirroredColumns(),
            geometry.taps(),
            geometry.tileBytes(dy, 1, vectors, vector));
    return new SparseRows(
        mirroredStart,
        mirroredNarrow,
        mirroredWide,
        geometry.flat() ? NO_WIDE : geometry.mirroredOffsets(dy),
        dy.channelBytes(),
        panels);
  }

  private int column(int p) {
    return topology.narrow() ? columns[p] : topology.wideColumns()[p];
  }

  private int mirroredColumn(int p) {
    return mirroredWide.length == 0 ? mirroredNarrow[p] : mirroredWide[p];
  }

  int[] permutation() {
    return permutation;
  }

  /** Rows cut at equal nnz into {@code slices} pieces: {@code [slices + 1]}. */
  static int[] slices(int[] rowStart, int from, int to, int slices) {
    var cuts = new int[slices + 1];
    var first = rowStart[from];
    var total = (long) rowStart[to] - first;
    var row = from;
    for (var slice = 0; slice < slices; slice++) {
      cuts[slice] = row;
      var goal = first + total * (slice + 1) / slices;
      while (row < to && rowStart[row] < goal) {
        row++;
      }
    }
    cuts[slices] = to;
    return cuts;
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
