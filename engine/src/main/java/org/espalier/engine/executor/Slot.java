package org.espalier.engine.executor;

import org.jspecify.annotations.Nullable;

/**
 * An input of an operation: the activation it reads and where its gradient goes.
 *
 * @param gradient absent where nothing upstream is trained
 * @param accumulate whether another consumer has written the gradient already
 */
record Slot(Tensor value, @Nullable Tensor gradient, boolean accumulate) {

  /**
   * Takes a plane of the gradient of a sum of this input and others, unless it is its own already.
   */
  void take(Tensor dy, int group, int channel, Pass pass) {
    if (gradient == null || gradient == dy) {
      return;
    }
    var rows = dy.runs(pass.size());
    var from = dy.at(group, channel);
    var to = gradient.at(group, channel);
    var stride = gradient.runBytes();
    if (accumulate) {
      pass.kernels().add(rows, dy.rowLength(), false, from, dy.runBytes(), to, stride, to, stride);
    } else {
      pass.kernels().copy(rows, dy.rowLength(), from, dy.runBytes(), to, stride);
    }
  }
}
