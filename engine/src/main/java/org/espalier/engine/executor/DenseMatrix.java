package org.espalier.engine.executor;

import java.util.stream.IntStream;
import org.espalier.engine.kernels.DenseColumns;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * The three products of a linear layer or ungrouped convolution with all its weights, wherever
 * their values come from: {@code [outputs][columns]}.
 */
final class DenseMatrix {
  // Of a task of the weight gradient; columns are cut in fours, as its kernel takes them.
  private static final int TASK_ROWS = 16;
  private static final int TASK_COLUMNS = 256;
  private static final int COLUMNS_TOGETHER = 4;

  private final ProductGeometry geometry;
  private final Slot input;
  private final Tensor dy;
  private final Pass pass;
  private final DenseMultiply forward;
  private final DenseMultiply[] inputGradients; // [parity]
  private final DenseGradient gradient;
  private final int tasksDown;
  private final int tasksAcross;
  private final int taskColumns;
  private final WorkerPool.Task gradientBlock = this::gradientBlock;

  private float[] gradients = {};

  DenseMatrix(ProductGeometry geometry, Slot input, Tensor dy, Pass pass) {
    this.geometry = geometry;
    this.input = input;
    this.dy = dy;
    this.pass = pass;
    this.tasksDown = Math.ceilDiv(geometry.weight().rows(), TASK_ROWS);
    // Where the images are largest the matrices are smallest: 16 rows must do for all threads.
    var across =
        Math.max(
            Math.ceilDiv(geometry.columns(), TASK_COLUMNS),
            Math.ceilDiv(2 * pass.threads(), tasksDown));
    this.taskColumns =
        Math.ceilDiv(Math.ceilDiv(geometry.columns(), across), COLUMNS_TOGETHER) * COLUMNS_TOGETHER;
    this.tasksAcross = Math.ceilDiv(geometry.columns(), taskColumns);

    var lanes = pass.kernels().lanes();
    var x = geometry.inputSide(lanes);
    var offsets = geometry.offsets();
    var columns = new int[geometry.columns()];
    for (var column = 0; column < columns.length; column++) {
      columns[column] = column;
    }
    this.forward =
        new DenseMultiply(
            geometry.outputPlane(lanes),
            x,
            geometry.outputSide(geometry.y(), lanes),
            new DenseColumns(columns.length, columns, offsets),
            pass);
    this.gradient = new DenseGradient(x, geometry.outputSide(dy, lanes), offsets, lanes);
    this.inputGradients = inputGradients(input.gradient(), lanes);
  }

  private DenseMultiply[] inputGradients(@Nullable Tensor dx, int lanes) {
    if (dx == null) {
      return new DenseMultiply[0];
    }
    var taps = geometry.taps();
    var offsets = geometry.mirroredOffsets(dy);
    var parities = new DenseMultiply[geometry.stride() * geometry.stride()];
    for (var parity = 0; parity < parities.length; parity++) {
      var own = parity;
      var columns =
          IntStream.range(0, geometry.mirroredColumns())
              .filter(column -> geometry.pixelParity(column % taps) == own)
              .toArray();
      var weightColumn = new int[columns.length];
      var offset = new int[columns.length];
      for (var k = 0; k < columns.length; k++) {
        weightColumn[k] = columns[k] / taps * geometry.columns() + columns[k] % taps;
        offset[k] = offsets[columns[k]];
      }
      parities[parity] =
          new DenseMultiply(
              geometry.inputPlane(parity, lanes),
              geometry.outputSide(dy, lanes),
              geometry.paritySide(dx, parity, lanes),
              new DenseColumns(taps, weightColumn, offset),
              pass);
    }
    return parities;
  }

  void forward(float[] values, float[] bias, Kernels.Output output) {
    forward.multiply(values, bias, output);
  }

  /** The gradient of the input, if it is wanted, written or added as its slot says. */
  void inputGradient(float[] values) {
    var output = input.accumulate() ? Kernels.Output.ACCUMULATE : Kernels.Output.ASSIGN;
    for (var parity : inputGradients) {
      if (output == Kernels.Output.ASSIGN || !parity.empty()) {
        parity.multiply(values, Kernels.NO_BIAS, output);
      }
    }
  }

  void weightGradient(float[] into) {
    gradients = into;
    var pixels = (long) geometry.y().shape().height() * geometry.y().shape().width();
    pass.run(
        2 * geometry.weight().size() * pixels * pass.size(),
        tasksDown * tasksAcross,
        gradientBlock);
  }

  private void gradientBlock(int task) {
    var rows = geometry.weight().rows();
    var columns = geometry.columns();
    var r0 = task / tasksAcross * TASK_ROWS;
    var k0 = task % tasksAcross * taskColumns;
    gradient.compute(
        pass,
        r0,
        Math.min(rows, r0 + TASK_ROWS),
        k0,
        Math.min(columns, k0 + taskColumns),
        gradients,
        r0 * columns + k0,
        columns);
  }
}
