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
    pass.run((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    var x = input.value();
    for (var group = 0; group < y.groups(pass.size()); group++) {
      pass.kernels()
          .scaleShift(
              y.shape().height(),
              y.rowLength(),
              1,
              0,
              true,
              x.at(group, channel),
              x.rowBytes(),
              y.at(group, channel),
              y.rowBytes());
    }
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      pass.run((long) y.shape().size() * pass.size(), y.shape().channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    for (var group = 0; dx != null && group < y.groups(pass.size()); group++) {
      pass.kernels()
          .reluBackward(
              y.shape().height(),
              y.rowLength(),
              input.accumulate(),
              y.at(group, channel),
              y.rowBytes(),
              dy.at(group, channel),
              dy.rowBytes(),
              dx.at(group, channel),
              dx.rowBytes());
    }
  }
}
