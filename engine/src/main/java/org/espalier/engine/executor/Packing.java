package org.espalier.engine.executor;

import org.espalier.engine.network.Shape;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.training.Batch;

/**
 * Brings a sample-major batch into the layout of the kernels: the only such conversion of a step.
 */
final class Packing {
  private final Tensor to;
  private final Shape shape;
  private final boolean flattened;
  private final Pass pass;
  private final WorkerPool.Task channel = this::packChannel;
  private float[] features = {}; // [sample][channel][height][width]

  Packing(Tensor to, Shape shape, Pass pass) {
    this.to = to;
    this.shape = shape;
    this.flattened = !to.shape().equals(shape);
    this.pass = pass;
  }

  void pack(Batch batch) {
    features = batch.features();
    pass.sweep(
        (long) shape.size() * batch.size(), flattened ? shape.height() : shape.channels(), channel);
  }

  private void packChannel(int task) {
    if (flattened) {
      var perTask = shape.size() / shape.height();
      for (var feature = task * perTask; feature < (task + 1) * perTask; feature++) {
        packLanes(feature, 0, 0, feature);
      }
      return;
    }
    for (var row = 0; row < shape.height(); row++) {
      for (var column = 0; column < shape.width(); column++) {
        var feature = (task * shape.height() + row) * shape.width() + column;
        packLanes(task, row, column, feature);
      }
    }
  }

  /** One feature of all samples; lanes without a sample become zero. */
  private void packLanes(int channel, int row, int column, int feature) {
    var samples = pass.size();
    for (var group = 0; group < to.groups(samples); group++) {
      var first = group * to.lanes();
      var at = to.valueAt(first, channel, row, column);
      for (var lane = 0; lane < to.lanes(); lane++) {
        var sample = first + lane;
        Floats.set(
            at + 4L * lane, sample < samples ? features[sample * shape.size() + feature] : 0);
      }
    }
  }
}
