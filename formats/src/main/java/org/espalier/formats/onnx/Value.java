package org.espalier.formats.onnx;

import java.util.List;
import java.util.Optional;
import org.espalier.engine.network.Shape;

/**
 * What a value of an ONNX graph is in the network that is being made of it.
 *
 * @param node that computes it
 * @param extents of one sample, as the graph sees it: [channels, height, width], [features] or any
 *     other shape with as many elements
 * @param view name of the operator that gave it these extents
 * @param pending what the graph did to it and the network has no layer for on its own
 */
record Value(String node, List<Integer> extents, String view, Pending pending) {

  /** Every so many rows and columns, and a border of zeros that a convolution may take over. */
  record Pending(int rowStep, int columnStep, Windows.Border border, Optional<OnnxNode> by) {
    static final Pending NONE = new Pending(1, 1, Windows.Border.NONE, Optional.empty());

    boolean none() {
      return by.isEmpty();
    }

    boolean steps() {
      return rowStep > 1 || columnStep > 1;
    }
  }

  Value(String node, List<Integer> extents) {
    this(node, extents, node, Pending.NONE);
  }

  static Value of(String node, Shape shape) {
    return new Value(node, List.of(shape.channels(), shape.height(), shape.width()));
  }

  Value viewed(List<Integer> extents, String view) {
    return new Value(node, extents, view, pending);
  }

  boolean image() {
    return extents.size() == 3;
  }

  boolean features() {
    return extents.size() == 1;
  }
}
