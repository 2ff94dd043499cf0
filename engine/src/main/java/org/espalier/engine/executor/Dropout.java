package org.espalier.engine.executor;

import org.espalier.engine.parallel.WorkerPool;

/**
 * Dropout (Srivastava et al. 2014): in training each value survives with probability 1 − rate and
 * is scaled by 1/(1 − rate).
 *
 * <p>Whether a value survives is a function of (seed, layer, iteration, sample, feature) alone, so
 * it depends neither on threads nor on the layout.
 */
final class Dropout implements Operation {
  private final float keepScale;
  private final int threshold; // of 24 random bits
  private final long key;
  private final Slot input;
  private final Tensor y;
  private final Tensor dy;
  private final Tensor factors;
  private final Pass pass;
  private final WorkerPool.Task forward = this::forwardChannel;
  private final WorkerPool.Task backward = this::backwardChannel;

  Dropout(double rate, long key, Slot input, Tensor y, Tensor dy, Tensor factors, Pass pass) {
    this.keepScale = (float) (1 / (1 - rate));
    this.threshold = (int) Math.round(rate * (1 << 24));
    this.key = key;
    this.input = input;
    this.y = y;
    this.dy = dy;
    this.factors = factors;
    this.pass = pass;
  }

  @Override
  public void forward(Pass pass) {
    pass.sweep((long) y.shape().size() * pass.size(), y.shape().channels(), forward);
  }

  private void forwardChannel(int channel) {
    var x = input.value();
    if (pass.training()) {
      draw(channel);
      multiply(x, y, channel);
      return;
    }
    for (var group = 0; group < y.planes(pass.size()); group++) {
      pass.kernels()
          .copy(
              y.runs(pass.size()),
              y.rowLength(),
              x.at(group, channel),
              x.runBytes(),
              y.at(group, channel),
              y.runBytes());
    }
  }

  private void draw(int channel) {
    var shape = y.shape();
    var plane = shape.height() * shape.width();
    var start = mix(key ^ mix(pass.iteration()));
    for (var sample = 0; sample < pass.size(); sample++) {
      var feature = sample * (long) shape.size() + (long) channel * plane;
      for (var row = 0; row < shape.height(); row++) {
        for (var column = 0; column < shape.width(); column++) {
          var bits = (int) (mix(start + 0x9E3779B97F4A7C15L * ++feature) >>> 40);
          Floats.set(
              factors.valueAt(sample, channel, row, column), bits < threshold ? 0 : keepScale);
        }
      }
    }
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void multiply(Tensor from, Tensor to, int channel) {
    for (var group = 0; group < y.planes(pass.size()); group++) {
      pass.kernels()
          .multiply(
              y.runs(pass.size()),
              y.rowLength(),
              from.at(group, channel),
              from.runBytes(),
              factors.at(group, channel),
              factors.runBytes(),
              to.at(group, channel),
              to.runBytes());
    }
  }

  @Override
  public void backward(Pass pass) {
    if (input.gradient() != null) {
      pass.sweep(2L * y.shape().size() * pass.size(), y.shape().channels(), backward);
    }
  }

  private void backwardChannel(int channel) {
    var dx = input.gradient();
    if (dx == null) {
      return;
    }
    if (!input.accumulate()) {
      multiply(dy, dx, channel);
      return;
    }
    // Nothing reads the gradient of the output any more: scale it in place, then add.
    multiply(dy, dy, channel);
    for (var group = 0; group < y.planes(pass.size()); group++) {
      var to = dx.at(group, channel);
      pass.kernels()
          .add(
              y.runs(pass.size()),
              y.rowLength(),
              false,
              dy.at(group, channel),
              dy.runBytes(),
              to,
              dx.runBytes(),
              to,
              dx.runBytes());
    }
  }
}
