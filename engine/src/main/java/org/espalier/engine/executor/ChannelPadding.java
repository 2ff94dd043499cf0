package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/** The input between channels of zeros. */
final class ChannelPadding implements Operation {
  private final int before;
  private final Slot input;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  ChannelPadding(int before, Slot input, Tensor y, Tensor dy, Pass pass) {
    this.before = before;
    this.input = input;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  /** Zeros are written every time: what is behind in a plan of turns may have used the memory. */
  private void forwardChannel(int channel) {
    var x = input.value();
    var from = channel - before;
    var zeros = from < 0 || from >= x.shape().channels();
    for (var group = 0; group < y.planes(pass.size()); group++) {
      var to = y.at(group, channel);
      if (zeros) {
        pass.kernels().fill(y.runs(pass.size()), y.rowLength(), 0, to, y.runBytes());
      } else {
        pass.kernels()
            .copy(
                y.runs(pass.size()),
                y.rowLength(),
                x.at(group, from),
                x.runBytes(),
                to,
                y.runBytes());
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      var shape = input.value().shape();
      pass.sweep((long) shape.size() * pass.size(), shape.channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    if (dx == null) {
      return;
    }
    for (var group = 0; group < dx.planes(pass.size()); group++) {
      var rows = dx.runs(pass.size());
      var from = dy.at(group, before + channel);
      var to = dx.at(group, channel);
      if (input.accumulate()) {
        pass.kernels()
            .add(
                rows,
                dx.rowLength(),
                false,
                from,
                dy.runBytes(),
                to,
                dx.runBytes(),
                to,
                dx.runBytes());
      } else {
        pass.kernels().copy(rows, dx.rowLength(), from, dy.runBytes(), to, dx.runBytes());
      }
    }
  }
}
