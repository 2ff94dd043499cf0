package org.espalier.engine.executor;

import java.util.List;
import org.espalier.engine.parallel.WorkerPool;

/** The sum of two or more inputs, with the ReLU behind it fused. */
final class Addition implements Operation {
  private final List<Slot> inputs;
  private final boolean relu;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  Addition(List<Slot> inputs, boolean relu, Tensor y, Tensor dy, Pass pass) {
    this.inputs = List.copyOf(inputs);
    this.relu = relu;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    for (var group = 0; group < y.planes(pass.size()); group++) {
      var sum = inputs.getFirst().value();
      for (var i = 1; i < inputs.size(); i++) {
        var next = inputs.get(i).value();
        pass.kernels()
            .add(
                y.runs(pass.size()),
                y.rowLength(),
                relu && i == inputs.size() - 1,
                sum.at(group, channel),
                sum.runBytes(),
                next.at(group, channel),
                next.runBytes(),
                y.at(group, channel),
                y.runBytes());
        sum = y;
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    pass.sweep(2L * y.shape().size() * pass.size(), y.shape().channels(), backward);
  }

  private void backwardChannel(int channel) {
    for (var group = 0; group < y.planes(pass.size()); group++) {
      if (relu) {
        pass.reluBackward(y, dy, group, channel);
      }
      for (var i = 0; i < inputs.size(); i++) {
        inputs.get(i).take(dy, group, channel, pass);
      }
    }
  }
}
