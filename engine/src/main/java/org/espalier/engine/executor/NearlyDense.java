package org.espalier.engine.executor;

import java.util.Arrays;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.Parameter;

/**
 * The products of a sparse weight of which little is absent, by the dense kernels: values are
 * scattered into a dense copy, gradients gathered from one.
 *
 * <p>Storage stays sparse; the copy lives in the workspace that operations take turns to use.
 * Absent weights add zeros to sums of the same order, so products keep the bits that sparse kernels
 * give them.
 */
final class NearlyDense {
  /**
   * Density from which it pays: sparse kernels, a row at a time, reach some 60 % of the speed of
   * dense ones in all three products together.
   */
  private static final double DENSITY = 0.6;

  /**
   * Samples and pixels that a weight must serve for its copy to cost little beside the products.
   */
  private static final long LEAST_VALUES = 1024;

  private final Parameter weight;
  private final DenseMatrix matrix;
  private final Workspace workspace;
  private final Pass pass;
  private final WorkerPool.Task scatter = this::scatter;
  private final WorkerPool.Task gather = this::gather;

  private float[] dense = {}; // [rows][columns]

  NearlyDense(Parameter weight, DenseMatrix matrix, Workspace workspace, Pass pass) {
    this.weight = weight;
    this.matrix = matrix;
    this.workspace = workspace;
    this.pass = pass;
  }

  /** Whether a layer may gain by it, should it be dense enough. */
  static boolean suits(ProductGeometry geometry) {
    var y = geometry.y();
    return geometry.weight().groups() == 1
        && geometry.weight().size() <= Integer.MAX_VALUE
        && (long) y.groups() * y.lanes() * y.shape().height() * y.shape().width() >= LEAST_VALUES;
  }

  /** Whether products pay; sparse kernels that take pairs of rows are as fast at any density. */
  boolean productsPay(int together) {
    return together == 1 && gradientPays();
  }

  boolean gradientPays() {
    return weight.topology().density() >= DENSITY;
  }

  void forward(float[] bias, Kernels.Output output) {
    spread();
    matrix.forward(dense, bias, output);
  }

  void inputGradient() {
    spread();
    matrix.inputGradient(dense);
  }

  void weightGradient() {
    var topology = weight.topology();
    dense = workspace.values(Math.toIntExact(topology.size()));
    matrix.weightGradient(dense);
    pass.sweep(topology.size(), topology.rows(), gather);
  }

  private void spread() {
    var topology = weight.topology();
    dense = workspace.values(Math.toIntExact(topology.size()));
    pass.sweep(topology.size(), topology.rows(), scatter);
  }

  private void scatter(int row) {
    var topology = weight.topology();
    var base = row * topology.columns();
    Arrays.fill(dense, base, base + topology.columns(), 0);
    var values = weight.values();
    for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
      dense[base + topology.column(p)] = values[p];
    }
  }

  private void gather(int row) {
    var topology = weight.topology();
    var base = row * topology.columns();
    var gradients = weight.gradients();
    for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
      gradients[p] = dense[base + topology.column(p)];
    }
  }
}
