package org.espalier.formats.onnx;

import java.util.List;

/** Nodes of a graph that change the shape of a value and nothing else. */
final class ViewReader {
  private final Constants constants;
  private final GraphInput input;
  private final GraphValues values;

  ViewReader(Constants constants, GraphInput input, GraphValues values) {
    this.constants = constants;
    this.input = input;
    this.values = values;
  }

  private void view(OnnxNode node, List<Integer> extents) {
    values.put(node, values.value(node, 0).viewed(extents, node.name()));
  }

  void flatten(OnnxNode node) {
    var value = values.value(node, 0);
    var axis = node.integer("axis", 1);
    if ((axis < 0 ? axis + value.extents().size() + 1 : axis) != 1) {
      throw node.error("axis " + axis, "1: a sample stays a sample");
    }
    view(node, GraphValues.flat(value));
  }

  void reshape(OnnxNode node) {
    var target = constants.integers(node, 1).or(() -> node.integers("shape"));
    var shape = target.orElseThrow(() -> node.error("no shape", "one"));
    var keepsZero = node.integer("allowzero", 0) != 0;
    view(node, input.reshaped(node, values.value(node, 0).extents(), shape, keepsZero));
  }

  void squeeze(OnnxNode node) {
    var axes = constants.integers(node, "axes", 1);
    view(node, input.squeezed(node, values.value(node, 0).extents(), axes));
  }

  void unsqueeze(OnnxNode node) {
    var axes = constants.integers(node, "axes", 1).orElseThrow(() -> node.error("no axes", "some"));
    view(node, input.unsqueezed(node, values.value(node, 0).extents(), axes));
  }

  void cast(OnnxNode node) {
    node.require("to", 1);
    node.integer("saturate", 1);
    values.put(node, values.value(node, 0));
  }

  /** The extents of a value, to be computed with; how many samples there are stays open. */
  void shape(OnnxNode node) {
    var extents = values.value(node, 0).extents();
    if (node.has("start") || node.has("end")) {
      throw node.error("a part of a shape", "all of it");
    }
    var shape = new long[extents.size() + 1];
    shape[0] = input.batch();
    for (var axis = 0; axis < extents.size(); axis++) {
      shape[axis + 1] = extents.get(axis);
    }
    constants.put(node.output(), Constant.Integers.of(shape));
  }
}
