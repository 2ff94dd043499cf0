package org.espalier.engine.executor;

import java.util.Arrays;
import org.espalier.engine.kernels.Columns;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.kernels.Panel;
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
  private final ProductGeometry geometry;
  private final Topology topology;
  private final ColumnPixels pixels;
  private final ColumnPixels mirroredPixels;
  private final Columns columns;
  private Columns mirrored;
  private int[] mirroredStart = {};
  private int[] permutation = {};

  /** Structures for {@code topology}; the mirrored one only if an input gradient is needed. */
  SparseStructure(ProductGeometry geometry, Topology topology, boolean mirrored) {
    this.geometry = geometry;
    this.topology = topology;
    this.pixels = ColumnPixels.of(geometry.x(), firstOf(geometry.offsets()));
    this.mirroredPixels =
        ColumnPixels.of(geometry.y(), firstOf(geometry.mirroredOffsets(geometry.y())));
    this.columns = shared() ? own() : placed();
    this.mirrored = Columns.of(new char[0], mirroredPixels.shift());
    if (mirrored) {
      mirror();
    }
  }

  /** The offsets of channel 0. */
  private int[] firstOf(int[] offsets) {
    return Arrays.copyOf(offsets, geometry.taps());
  }

  /** Whether the parameter's own columns will do. */
  private boolean shared() {
    return pixels.plain() && geometry.weight().groups() == 1;
  }

  private Columns own() {
    return topology.narrow()
        ? Columns.of(topology.narrowColumns(), pixels.shift())
        : Columns.of(topology.wideColumns(), pixels.shift());
  }

  private Columns placed() {
    var place = new Placement(pixels, topology.nonZeros());
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        var column = column(row, p);
        place.put(p, column / pixels.taps(), column % pixels.taps());
      }
    }
    return place.columns();
  }

  /** Columns in the making. */
  private static final class Placement {
    private final ColumnPixels pixels;
    private final char[] narrow;
    private final int[] wide;

    Placement(ColumnPixels pixels, int weights) {
      this.pixels = pixels;
      this.narrow = new char[pixels.narrow() ? weights : 0];
      this.wide = new int[pixels.narrow() ? 0 : weights];
    }

    void put(int p, int channel, int tap) {
      if (pixels.narrow()) {
        narrow[p] = (char) pixels.at(channel, tap);
      } else {
        wide[p] = pixels.at(channel, tap);
      }
    }

    Columns columns() {
      return pixels.narrow()
          ? Columns.of(narrow, pixels.shift())
          : Columns.of(wide, pixels.shift());
    }
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
    for (var output = 0; output < topology.rows(); output++) {
      for (var p = topology.rowStart()[output]; p < topology.rowStart()[output + 1]; p++) {
        var column = column(output, p);
        start[rowOfTap[column % taps] + column / taps + 1]++;
      }
    }
    for (var row = 0; row < rows; row++) {
      start[row + 1] += start[row];
    }
    var next = start.clone();
    var place = new Placement(mirroredPixels, topology.nonZeros());
    permutation = new int[topology.nonZeros()];
    for (var output = 0; output < topology.rows(); output++) {
      for (var p = topology.rowStart()[output]; p < topology.rowStart()[output + 1]; p++) {
        var column = column(output, p);
        var to = next[rowOfTap[column % taps] + column / taps]++;
        place.put(to, output, column % taps);
        permutation[to] = p;
      }
    }
    mirrored = place.columns();
    mirroredStart = start;
  }

  /** The column of weight {@code p} in all groups; a parameter counts from those of its own. */
  private int column(int row, int p) {
    return row / geometry.outputsPerGroup() * topology.columns() + topology.column(p);
  }

  Topology topology() {
    return topology;
  }

  /** Outputs by columns, for the product and the weight gradient. */
  CompressedRows matrix(Kernels kernels) {
    return new CompressedRows(
        Panel.whole(topology.rowStart(), columns),
        pixels,
        vectors -> geometry.tileBytes(geometry.x(), geometry.stride(), vectors, kernels.lanes()));
  }

  /** Input channels of every parity by mirrored columns, for the input gradient. */
  CompressedRows mirror(Kernels kernels) {
    var pairable = geometry.x().shape().channels() % 2 == 0; // or pairs would cross parities
    var whole = Panel.whole(mirroredStart, mirrored);
    return new CompressedRows(
        pairable ? whole : whole.apart(),
        mirroredPixels,
        vectors -> geometry.tileBytes(geometry.y(), 1, vectors, kernels.lanes()));
  }

  int[] permutation() {
    return permutation;
  }

  /** Bytes beyond the parameter's own topology. */
  long bytes() {
    return (shared() ? 0 : columns.bytes())
        + 4L * mirroredStart.length
        + mirrored.bytes()
        + 4L * permutation.length;
  }
}
