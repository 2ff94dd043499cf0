package org.espalier.formats.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.engine.network.Layer;

/** What the nodes of a graph compute, and the nodes of the network that compute it. */
final class GraphValues {
  private final Constants constants;
  private final NetworkDraft network;
  private final Map<String, Value> values = new HashMap<>();

  GraphValues(Constants constants, NetworkDraft network) {
    this.constants = constants;
    this.network = network;
  }

  /** A value that a node reads and an earlier one computes. */
  Value value(OnnxNode node, int index) {
    var name = node.required(index);
    var value = values.get(name);
    if (value == null) {
      throw node.error(
          "input " + name + (constants.holds(name) ? " is a constant" : " is not there"),
          "a value computed by an earlier node");
    }
    return value;
  }

  /** What a node computes. */
  void put(OnnxNode node, Value value) {
    put(node.output(), value);
  }

  void put(String name, Value value) {
    values.put(name, value);
  }

  Optional<Value> of(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The extents of a value in one axis. */
  static List<Integer> flat(Value value) {
    return List.of(Math.toIntExact(Constant.size(value.extents())));
  }

  /** The node that computes a value, with everything done that was put off. */
  private String settled(Value value) {
    var pending = value.pending();
    if (pending.none()) {
      return value.node();
    }
    var by = pending.by().orElseThrow();
    if (!pending.border().equals(Windows.Border.NONE)) {
      throw by.error("a border of " + pending.border(), "one before a convolution alone");
    }
    if (pending.rowStep() != pending.columnStep()) {
      throw by.error(
          "every %d rows and %d columns".formatted(pending.rowStep(), pending.columnStep()),
          "the same step in both directions");
    }
    // Windows of one pixel: a mean that leaves it as it is.
    var sampling = new Layer.AvgPool2d(1, pending.rowStep(), 0);
    return network.add(by.name(), sampling, List.of(value.node()), Map.of());
  }

  /** The node that computes a value as an image. */
  String image(OnnxNode node, Value value) {
    var settled = settled(value);
    var shape = network.shape(settled);
    if (!value.image() || !Value.of(settled, shape).extents().equals(value.extents())) {
      throw node.error("input " + value.extents(), "[channels, height, width]");
    }
    return settled;
  }

  /** Refuses a value that was reshaped: its rows and columns are no longer those of the node. */
  void requireUnviewed(OnnxNode node, Value value) {
    var shape = network.shape(value.node());
    var pending = value.pending();
    var border = pending.border();
    var image =
        List.of(
            shape.channels(),
            Math.ceilDiv(shape.height(), pending.rowStep()) + border.top() + border.bottom(),
            Math.ceilDiv(shape.width(), pending.columnStep()) + border.left() + border.right());
    if (!value.extents().equals(image)) {
      throw node.error("input reshaped to " + value.extents(), image + " as it was computed");
    }
  }

  /** The node that computes a value as plain features; flattens it if it is not flat. */
  String features(Value value) {
    var settled = settled(value);
    if (network.shape(settled).flat()) {
      return settled;
    }
    return network.add(value.view(), new Layer.Flatten(), List.of(settled), Map.of());
  }

  String features(OnnxNode node, Value value) {
    if (!value.features()) {
      throw node.error("input " + value.extents(), "[features]");
    }
    return features(value);
  }

  /** The node that computes a value in whatever form. */
  String either(OnnxNode node, Value value) {
    return value.features() ? features(value) : image(node, value);
  }

  /** Adds a layer that takes images as well as features, and gives the same. */
  void layer(OnnxNode node, Layer layer) {
    var in = value(node, 0);
    var name = network.add(node.name(), layer, List.of(either(node, in)), Map.of());
    put(node, in.features() ? featuresOf(name) : imageOf(name));
  }

  /** What a node of the network computes, as plain features. */
  Value featuresOf(String name) {
    return new Value(name, List.of(network.shape(name).size()));
  }

  /** What a node of the network computes, as an image. */
  Value imageOf(String name) {
    return Value.of(name, network.shape(name));
  }
}
