package org.espalier.engine.executor;

import org.espalier.engine.kernels.Windows;
import org.espalier.engine.parallel.WorkerPool;
import org.jspecify.annotations.Nullable;

/** Maximum or mean over windows of pixels; a global mean is one window over the whole image. */
final class Pooling implements Operation {

  /**
   * The windows of a pooling layer.
   *
   * @param rows extent of a window, {@code columns} likewise
   */
  record Window(boolean maximum, int rows, int columns, int stride, int padding) {}

  private final Window window;
  private final Slot input;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final @Nullable Padded padded;
  private final Windows windows;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  /**
   * A copy of the input inside a border of its own, and its gradient: in a maximum the zeros around
   * every other tensor would win over negative values, and a mean's gradient spills into the
   * border.
   */
  record Padded(Tensor value, Tensor gradient) {}

  Pooling(Window window, Slot input, Tensor y, Tensor dy, @Nullable Padded padded, Pass pass) {
    this.window = window;
    this.input = input;
    this.y = y;
    this.dy = dy;
    this.padded = padded;
    this.pass = pass;
    this.windows = windows(source());
    if (padded != null) {
      var outside = window.maximum() ? Float.NEGATIVE_INFINITY : 0;
      for (var group = 0; group < padded.value().groups(); group++) {
        for (var channel = 0; channel < y.shape().channels(); channel++) {
          fillWithBorder(padded.value(), group, channel, outside);
        }
      }
    }
  }

  private void fillWithBorder(Tensor tensor, int group, int channel, float value) {
    var border = tensor.pad() * (tensor.rowBytes() + tensor.pixelBytes());
    var length = Math.toIntExact(tensor.channelBytes() / 4);
    pass.kernels().fill(1, length, value, tensor.at(group, channel) - border, 0);
  }

  /** What windows slide over. */
  private Tensor source() {
    return padded == null ? input.value() : padded.value();
  }

  /** Gradients lie as their tensors do. */
  private Windows windows(Tensor x) {
    return new Windows(
        y.shape().height(),
        y.shape().width(),
        window.rows(),
        window.columns(),
        window.stride() * x.rowBytes(),
        window.stride() * x.pixelBytes(),
        x.rowBytes(),
        x.pixelBytes(),
        y.rowBytes(),
        y.pixelBytes());
  }

  private int vectors() {
    return Math.ceilDiv(pass.size(), pass.kernels().lanes());
  }

  private float scale() {
    return 1f / (window.rows() * window.columns());
  }

  private long first(Tensor tensor, int group, int channel) {
    return tensor.vectorAt(group, channel, pass.kernels().lanes())
        - window.padding() * (tensor.rowBytes() + tensor.pixelBytes());
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) input.value().shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    var source = source();
    for (var group = 0; group < vectors(); group++) {
      if (padded != null) {
        copy(input.value(), source, group, channel);
      }
      var x = first(source, group, channel);
      var to = y.vectorAt(group, channel, pass.kernels().lanes());
      if (window.maximum()) {
        pass.kernels().maxPool(windows, x, to);
      } else {
        pass.kernels().sumPool(windows, scale(), x, to);
      }
    }
    if (y.shape().flat()) { // as where images become features
      pass.clearDeadLanes(y, channel, channel + 1);
    }
  }

  private void copy(Tensor from, Tensor to, int group, int channel) {
    pass.kernels()
        .copy(
            from.shape().height(),
            from.rowLength(),
            from.at(group, channel),
            from.rowBytes(),
            to.at(group, channel),
            to.rowBytes());
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      pass.sweep(2L * input.value().shape().size() * pass.size(), y.shape().channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    if (dx == null) {
      return;
    }
    var target = padded == null ? dx : padded.gradient();
    for (var group = 0; group < vectors(); group++) {
      if (padded != null) {
        fillWithBorder(target, group, channel, 0);
      } else if (!input.accumulate()) {
        zero(target, group, channel);
      }
      backwardPlane(target, group, channel);
      if (padded != null && !input.accumulate()) {
        copy(target, dx, group, channel);
      } else if (padded != null) {
        pass.kernels()
            .add(
                dx.shape().height(),
                dx.rowLength(),
                false,
                target.at(group, channel),
                target.rowBytes(),
                dx.at(group, channel),
                dx.rowBytes(),
                dx.at(group, channel),
                dx.rowBytes());
      }
    }
  }

  private void zero(Tensor tensor, int group, int channel) {
    pass.kernels()
        .fill(
            tensor.shape().height(),
            tensor.shape().width() * pass.kernels().lanes(),
            0,
            tensor.vectorAt(group, channel, pass.kernels().lanes()),
            tensor.rowBytes());
  }

  private void backwardPlane(Tensor target, int group, int channel) {
    var lanes = pass.kernels().lanes();
    var dx = first(target, group, channel);
    var from = dy.vectorAt(group, channel, lanes);
    if (window.maximum()) {
      var x = first(source(), group, channel);
      pass.kernels().maxPoolBackward(windows, x, dx, y.vectorAt(group, channel, lanes), from);
    } else {
      pass.kernels().sumPoolBackward(windows, scale(), dx, from);
    }
  }
}
