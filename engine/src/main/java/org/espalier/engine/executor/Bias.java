package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.Parameter;
import org.jspecify.annotations.Nullable;

/** What a product adds and applies when it stores its output: a bias, a ReLU, both or neither. */
final class Bias implements WorkerPool.Task {
  private final @Nullable Parameter parameter;
  private final boolean relu;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final float[] zeros;
  private final double[] sums; // [channel][sum, sum of squares]

  /** A bias, if {@code parameter} is there, and a ReLU, on the output {@code y} of a product. */
  Bias(@Nullable Parameter parameter, boolean relu, Tensor y, Tensor dy, Pass pass) {
    this.parameter = parameter;
    this.relu = relu;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
    this.zeros = new float[parameter == null && relu ? y.shape().channels() : 0];
    this.sums = new double[2 * y.shape().channels()];
  }

  float[] values() {
    return parameter == null ? zeros : parameter.values();
  }

  Kernels.Output output() {
    if (relu) {
      return Kernels.Output.BIAS_RELU;
    }
    return parameter == null ? Kernels.Output.ASSIGN : Kernels.Output.BIAS;
  }

  /** Undoes what a bias did to lanes without a sample. */
  void afterForward() {
    if (parameter != null) {
      pass.clearDeadLanes(y, 0, y.shape().channels());
    }
  }

  /**
   * Turns the gradient behind the ReLU into the one before it, in place, and sums up the bias's.
   */
  void backward() {
    if (relu || parameter != null) {
      pass.sweep(2L * y.shape().size() * pass.size(), y.shape().channels(), this);
    }
  }

  @Override
  public void run(int channel) {
    sums[2 * channel] = 0;
    var rows = y.runs(pass.size());
    for (var group = 0; group < y.planes(pass.size()); group++) {
      if (relu) {
        pass.reluBackward(y, dy, group, channel);
      }
      if (parameter != null) {
        var gradient = dy.at(group, channel);
        pass.kernels().moments(rows, y.rowLength(), 0, gradient, dy.runBytes(), sums, 2 * channel);
      }
    }
    if (parameter != null) {
      parameter.gradients()[channel] = (float) sums[2 * channel];
    }
  }
}
