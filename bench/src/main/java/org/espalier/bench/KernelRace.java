package org.espalier.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.espalier.engine.kernels.Columns;
import org.espalier.engine.kernels.DenseColumns;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.kernels.Panel;
import org.espalier.engine.kernels.Runs;
import org.espalier.engine.kernels.Tile;
import org.espalier.engine.memory.AlignedMemory;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/**
 * The three products of one linear layer, sparse and dense, on one thread over the engine's layout:
 * what a training step does with a weight matrix.
 */
final class KernelRace implements AutoCloseable {
  private final Kernels kernels;
  private final SparseMatrix matrix;
  private final AlignedMemory memory = new AlignedMemory();
  private final int samples; // as asked for
  private final int batch; // whole groups
  private final int lanes; // samples per group
  private final MemorySegment x; // [group][column][lanes]
  private final MemorySegment dx;
  private final MemorySegment y; // [group][row][lanes]
  private final MemorySegment dy;
  private final int[] columnOffset;
  private final DenseColumns denseColumns; // of the matrix
  private final DenseColumns denseRows; // of its transpose
  private final Panel sparseRows; // of the matrix
  private final Panel sparseColumns; // rows of its transpose
  private final Tile tile;
  private final Runs runs;
  private final float[] dense;
  private final float[] denseGradient;
  private final float[] gradient;
  private final float[] mirrored;

  KernelRace(Kernels kernels, SparseMatrix matrix, int batch) {
    this.kernels = kernels;
    this.matrix = matrix;
    this.lanes = 4 * kernels.lanes();
    this.samples = batch;
    this.batch = Math.ceilDiv(batch, lanes) * lanes;
    this.x = filled(matrix.columns(), 1);
    this.dx = filled(matrix.columns(), 2);
    this.y = filled(matrix.rows(), 3);
    this.dy = filled(matrix.rows(), 4);
    this.columnOffset = IntStream.range(0, matrix.columns()).map(k -> 4 * lanes * k).toArray();
    this.denseColumns =
        new DenseColumns(
            matrix.columns(), IntStream.range(0, matrix.columns()).toArray(), columnOffset);
    this.denseRows =
        new DenseColumns(
            1,
            IntStream.range(0, matrix.rows()).map(r -> r * matrix.columns()).toArray(),
            IntStream.range(0, matrix.rows()).map(r -> 4 * lanes * r).toArray());
    var shift = Integer.numberOfTrailingZeros(4 * lanes);
    this.sparseRows = Panel.whole(matrix.rowStart(), Columns.of(matrix.column(), shift));
    this.sparseColumns = Panel.whole(matrix.columnStart(), Columns.of(matrix.row(), shift));
    var vector = 4L * kernels.lanes();
    this.tile = new Tile(4, vector, 2 * vector, 4L * lanes, vector, 2 * vector);
    this.runs =
        new Runs(
            groups(),
            lanes / kernels.lanes(),
            vector,
            groupBytes(x),
            4L * lanes,
            vector,
            groupBytes(dy));
    this.dense = dense(matrix);
    this.denseGradient = new float[dense.length];
    this.gradient = new float[matrix.nonZeros()];
    this.mirrored = new float[matrix.nonZeros()];
  }

  private MemorySegment filled(int features, long seed) {
    var segment = memory.allocate(4L * batch * features);
    var stream = new Randoms(seed).stream(Purpose.DATA, 0, 0);
    for (var i = 0L; i < (long) batch * features; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) stream.nextGaussian());
    }
    return segment;
  }

  private static float[] dense(SparseMatrix matrix) {
    var dense = new float[matrix.rows() * matrix.columns()];
    for (var r = 0; r < matrix.rows(); r++) {
      for (var p = matrix.rowStart()[r]; p < matrix.rowStart()[r + 1]; p++) {
        dense[r * matrix.columns() + matrix.column()[p]] = matrix.value()[p];
      }
    }
    return dense;
  }

  /** Useful floating-point operations of each sparse product. */
  double operations() {
    return 2.0 * matrix.nonZeros() * samples;
  }

  double denseOperations() {
    return 2.0 * matrix.rows() * matrix.columns() * samples;
  }

  private int groups() {
    return batch / lanes;
  }

  void sparseForward() {
    multiply(sparseRows, matrix.rows(), matrix.value(), x, y);
  }

  void sparseInputGradient() {
    for (var i = 0; i < mirrored.length; i++) {
      mirrored[i] = matrix.value()[matrix.permutation()[i]];
    }
    multiply(sparseColumns, matrix.columns(), mirrored, dy, dx);
  }

  private void multiply(
      Panel panel, int rows, float[] value, MemorySegment from, MemorySegment to) {
    for (var group = 0; group < groups(); group++) {
      kernels.spmm(
          tile,
          panel,
          0,
          rows,
          value,
          Kernels.NO_BIAS,
          Kernels.Output.ASSIGN,
          at(from, group),
          at(to, group));
    }
  }

  void sparseWeightGradient() {
    for (var group = 0; group < groups(); group++) {
      kernels.sddmm(
          tile, sparseRows, 0, matrix.rows(), gradient, group > 0, at(x, group), at(dy, group));
    }
  }

  void denseForward() {
    multiply(denseColumns, matrix.rows(), x, y);
  }

  void denseInputGradient() {
    multiply(denseRows, matrix.columns(), dy, dx);
  }

  private void multiply(DenseColumns columns, int rows, MemorySegment from, MemorySegment to) {
    for (var group = 0; group < groups(); group++) {
      kernels.dense(
          tile,
          columns,
          0,
          rows,
          dense,
          Kernels.NO_BIAS,
          Kernels.Output.ASSIGN,
          at(from, group),
          at(to, group));
    }
  }

  void denseWeightGradient() {
    kernels.denseGradient(
        runs,
        0,
        matrix.rows(),
        0,
        matrix.columns(),
        columnOffset,
        denseGradient,
        0,
        matrix.columns(),
        false,
        x.address(),
        dy.address());
  }

  private long groupBytes(MemorySegment tensor) {
    return tensor.byteSize() / groups();
  }

  private long at(MemorySegment tensor, int group) {
    return tensor.address() + group * groupBytes(tensor);
  }

  /** Largest error of the sparse products against double precision, relative to their size. */
  double error() {
    sparseForward();
    sparseInputGradient();
    sparseWeightGradient();
    var worst = 0.0;
    var stream = new Randoms(5).stream(Purpose.ORDER, 0, 0);
    for (var check = 0; check < 200; check++) {
      var sample = stream.nextInt(batch);
      worst = Math.max(worst, forwardError(stream.nextInt(matrix.rows()), sample));
      worst = Math.max(worst, inputGradientError(stream.nextInt(matrix.columns()), sample));
      if (matrix.nonZeros() > 0) {
        worst = Math.max(worst, gradientError(stream.nextInt(matrix.rows())));
      }
    }
    return worst;
  }

  private double forwardError(int r, int sample) {
    var sum = 0.0;
    var size = 1.0;
    for (var p = matrix.rowStart()[r]; p < matrix.rowStart()[r + 1]; p++) {
      var term =
          (double) matrix.value()[p] * value(x, matrix.columns(), matrix.column()[p], sample);
      sum += term;
      size += Math.abs(term);
    }
    return Math.abs(sum - value(y, matrix.rows(), r, sample)) / size;
  }

  private double inputGradientError(int c, int sample) {
    var sum = 0.0;
    var size = 1.0;
    for (var i = matrix.columnStart()[c]; i < matrix.columnStart()[c + 1]; i++) {
      var weight = matrix.value()[matrix.permutation()[i]];
      var term = (double) weight * value(dy, matrix.rows(), matrix.row()[i], sample);
      sum += term;
      size += Math.abs(term);
    }
    return Math.abs(sum - value(dx, matrix.columns(), c, sample)) / size;
  }

  private double gradientError(int r) {
    var worst = 0.0;
    for (var p = matrix.rowStart()[r]; p < matrix.rowStart()[r + 1]; p++) {
      var sum = 0.0;
      var size = 1.0;
      for (var sample = 0; sample < batch; sample++) {
        var term =
            (double) value(dy, matrix.rows(), r, sample)
                * value(x, matrix.columns(), matrix.column()[p], sample);
        sum += term;
        size += Math.abs(term);
      }
      worst = Math.max(worst, Math.abs(sum - gradient[p]) / size);
    }
    return worst;
  }

  private float value(MemorySegment tensor, int features, int feature, int sample) {
    var index = ((long) (sample / lanes) * features + feature) * lanes + sample % lanes;
    return tensor.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  @Override
  public void close() {
    memory.close();
  }
}
