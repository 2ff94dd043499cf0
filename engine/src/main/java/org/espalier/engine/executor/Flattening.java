package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/**
 * Pixels of an image become features: the one place where vectors of samples change their layout.
 */
final class Flattening implements Operation {
  private final Slot input;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  Flattening(Slot input, Tensor y, Tensor dy, Pass pass) {
    this.input = input;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), input.value().shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    var x = input.value();
    var shape = x.shape();
    var vector = pass.kernels().lanes();
    for (var group = 0; group < x.groups(pass.size()); group++) {
      for (var row = 0; row < shape.height(); row++) {
        var feature = (channel * shape.height() + row) * shape.width();
        pass.kernels()
            .copy(
                shape.width(),
                vector,
                x.at(group, channel) + row * x.rowBytes(),
                x.pixelBytes(),
                y.vectorAt(group, feature, vector),
                y.channelBytes());
      }
    }
    // A larger batch may have left its samples in the vectors that this one does not reach.
    var features = shape.height() * shape.width();
    pass.clearDeadLanes(y, channel * features, (channel + 1) * features);
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      pass.sweep((long) y.shape().size() * pass.size(), input.value().shape().channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    if (dx == null) {
      return;
    }
    var shape = dx.shape();
    var vector = pass.kernels().lanes();
    for (var group = 0; group < dx.groups(pass.size()); group++) {
      for (var row = 0; row < shape.height(); row++) {
        var feature = (channel * shape.height() + row) * shape.width();
        var from = dy.vectorAt(group, feature, vector);
        var to = dx.at(group, channel) + row * dx.rowBytes();
        if (input.accumulate()) {
          pass.kernels()
              .add(
                  shape.width(),
                  vector,
                  false,
                  from,
                  dy.channelBytes(),
                  to,
                  dx.pixelBytes(),
                  to,
                  dx.pixelBytes());
        } else {
          pass.kernels().copy(shape.width(), vector, from, dy.channelBytes(), to, dx.pixelBytes());
        }
      }
    }
  }
}
