package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/** A ReLU that could not be fused into the operation before it. */
final class Relu implements Operation {
  private final Slot input;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  Relu(Slot input, Tensor y, Tensor dy, Pass pass) {
    this.input = input;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    var x = input.value();
    for (var group = 0; group < y.planes(pass.size()); group++) {
      pass.kernels()
          .scaleShift(
              y.runs(pass.size()),
              y.rowLength(),
              1,
              0,
              true,
              x.at(group, channel),
              x.runBytes(),
              y.at(group, channel),
              y.runBytes());
    }
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    for (var group = 0; dx != null && group < y.planes(pass.size()); group++) {
      pass.kernels()
          .reluBackward(
              y.runs(pass.size()),
              y.rowLength(),
              input.accumulate(),
              y.at(group, channel),
              y.runBytes(),
              dy.at(group, channel),
              dy.runBytes(),
              dx.at(group, channel),
              dx.runBytes());
    }
  }
}
