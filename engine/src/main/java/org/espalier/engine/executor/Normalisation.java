package org.espalier.engine.executor;

import org.espalier.engine.network.Layer;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation (Ioffe and Szegedy 2015), with the ReLU behind it fused, or the addition of a
 * shortcut and the ReLU behind that.
 *
 * <p>Each direction takes two sweeps over a channel, one after the other while the channel is still
 * in cache: sums, then the values. Neither the normalised values nor their gradient are ever
 * stored, except that behind a sum the gradient before the ReLU takes the place of the one behind
 * it, for the shortcut to have.
 */
final class Normalisation implements Operation {
  /** The tensors a normalisation trains or keeps. */
  record Tensors(Parameter scale, Parameter shift, Parameter mean, Parameter variance) {}

  private final Layer.BatchNorm layer;
  private final Tensors tensors;
  private final boolean relu;
  private final Slot input;
  private final @Nullable Slot shortcut;
  private final Tensor y;
  private final Tensor dy;
  private final Pass pass;
  private final double[] sums; // [channel][2]
  private final double[] mean; // [channel] of the batch
  private final double[] deviation; // [channel] of the batch, with epsilon
  private final float[] factor; // [channel]: y = factor x + term
  private final float[] term;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  Normalisation(
      Layer.BatchNorm layer,
      Tensors tensors,
      boolean relu,
      Slot input,
      @Nullable Slot shortcut,
      Tensor y,
      Tensor dy,
      Pass pass) {
    this.layer = layer;
    this.tensors = tensors;
    this.relu = relu;
    this.input = input;
    this.shortcut = shortcut;
    this.y = y;
    this.dy = dy;
    this.pass = pass;
    var channels = y.shape().channels();
    this.sums = new double[2 * channels];
    this.mean = new double[channels];
    this.deviation = new double[channels];
    this.factor = new float[channels];
    this.term = new float[channels];
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    if (pass.training()) {
      measure(channel);
    } else {
      mean[channel] = tensors.mean().values()[channel];
      deviation[channel] = Math.sqrt(tensors.variance().values()[channel] + layer.epsilon());
    }
    var scale = tensors.scale().values()[channel] / deviation[channel];
    factor[channel] = (float) scale;
    term[channel] = (float) (tensors.shift().values()[channel] - mean[channel] * scale);
    for (var group = 0; group < y.planes(pass.size()); group++) {
      write(group, channel);
    }
    pass.clearDeadLanes(y, channel, channel + 1);
  }

  private void write(int group, int channel) {
    var rows = y.runs(pass.size());
    var x = input.value();
    var from = x.at(group, channel);
    var to = y.at(group, channel);
    if (shortcut == null) {
      pass.kernels()
          .scaleShift(
              rows,
              y.rowLength(),
              factor[channel],
              term[channel],
              relu,
              from,
              x.runBytes(),
              to,
              y.runBytes());
    } else {
      var other = shortcut.value();
      pass.kernels()
          .scaleShiftAdd(
              rows,
              y.rowLength(),
              factor[channel],
              term[channel],
              relu,
              from,
              x.runBytes(),
              other.at(group, channel),
              other.runBytes(),
              to,
              y.runBytes());
    }
  }

  /** Mean and deviation of the batch, and the running statistics of PyTorch's convention. */
  private void measure(int channel) {
    var x = input.value();
    var rows = x.runs(pass.size());
    var count = count(x);
    // Sums around the running mean: nothing cancels, and dead lanes (zeros) are taken out exactly.
    var origin = tensors.mean().values()[channel];
    sums[2 * channel] = 0;
    sums[2 * channel + 1] = 0;
    for (var group = 0; group < x.planes(pass.size()); group++) {
      pass.kernels()
          .moments(
              rows, x.rowLength(), origin, x.at(group, channel), x.runBytes(), sums, 2 * channel);
    }
    var dead = (double) x.planes(pass.size()) * rows * x.rowLength() - count;
    var first = (sums[2 * channel] + dead * origin) / count;
    var second = (sums[2 * channel + 1] - dead * origin * origin) / count;
    var variance = Math.max(0, second - first * first);
    mean[channel] = origin + first;
    deviation[channel] = Math.sqrt(variance + layer.epsilon());
    var unbiased = count > 1 ? variance * count / (count - 1) : variance;
    follow(tensors.mean(), channel, mean[channel]);
    follow(tensors.variance(), channel, unbiased);
  }

  /** Values of a channel that belong to samples. */
  private double count(Tensor tensor) {
    return (double) pass.size() * tensor.shape().height() * tensor.shape().width();
  }

  private void follow(Parameter running, int channel, double value) {
    var values = running.values();
    values[channel] += (float) (layer.momentum() * (value - values[channel]));
  }

  @Override
  public void backward(Pass pass) {
    pass.sweep(2L * y.shape().size() * pass.size(), y.shape().channels(), backward);
  }

  private void backwardChannel(int channel) {
    var x = input.value();
    var rows = x.runs(pass.size());
    sums[2 * channel] = 0;
    sums[2 * channel + 1] = 0;
    for (var group = 0; group < x.planes(pass.size()); group++) {
      if (relu && shortcut != null) { // x alone no longer tells where the ReLU let it pass
        pass.reluBackward(y, dy, group, channel);
      }
      pass.kernels()
          .normGradientSums(
              rows,
              x.rowLength(),
              factor[channel],
              term[channel],
              relu && shortcut == null,
              (float) mean[channel],
              x.at(group, channel),
              x.runBytes(),
              dy.at(group, channel),
              dy.runBytes(),
              sums,
              2 * channel);
    }
    var total = sums[2 * channel];
    var product = sums[2 * channel + 1]; // Σ g (x − mean)
    var sigma = deviation[channel];
    tensors.shift().gradients()[channel] = (float) total;
    tensors.scale().gradients()[channel] = (float) (product / sigma);
    if (input.gradient() != null) {
      propagate(channel, input.gradient(), total, product);
    }
    for (var group = 0; shortcut != null && group < y.planes(pass.size()); group++) {
      shortcut.take(dy, group, channel, pass);
    }
  }

  private void propagate(int channel, Tensor dx, double total, double product) {
    var x = input.value();
    var sigma = deviation[channel];
    var count = count(x);
    var a = tensors.scale().values()[channel] / sigma;
    var b = -a * product / (sigma * sigma * count);
    var c = -a * total / count - b * mean[channel];
    for (var group = 0; group < x.planes(pass.size()); group++) {
      pass.kernels()
          .normBackward(
              x.runs(pass.size()),
              x.rowLength(),
              factor[channel],
              term[channel],
              relu && shortcut == null,
              (float) a,
              (float) b,
              (float) c,
              input.accumulate(),
              x.at(group, channel),
              x.runBytes(),
              dy.at(group, channel),
              dy.runBytes(),
              dx.at(group, channel),
              dx.runBytes());
    }
    pass.clearDeadLanes(dx, channel, channel + 1);
  }
}
