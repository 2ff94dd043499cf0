package org.espalier.formats.onnx;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.network.Layer;

/** Layers of a graph that multiply by no weights. */
final class LayerReader {
  private final Constants constants;
  private final NetworkDraft network;
  private final GraphValues values;

  LayerReader(Constants constants, NetworkDraft network, GraphValues values) {
    this.constants = constants;
    this.network = network;
    this.values = values;
  }

  void normalisation(OnnxNode node) {
    if (!node.since(9)) {
      node.require("spatial", 1);
    }
    if (node.since(14)) {
      node.require("training_mode", 0);
    }
    var in = values.value(node, 0);
    var source = values.either(node, in);
    var channels = network.shape(source).channels();
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    var names = List.of("weight", "bias", "running_mean", "running_var");
    for (var i = 0; i < names.size(); i++) {
      var tensor = constants.floats(node, i + 1);
      if (!tensor.shape().equals(List.of(channels))) {
        throw node.error(
            "input " + node.required(i + 1) + " " + tensor.shape(), "[" + channels + "]");
      }
      tensors.put(names.get(i), tensor);
    }
    var epsilon = decimal(node.number("epsilon", 1e-5f)).doubleValue();
    // ONNX weighs the old statistics, we the new; inference uses neither.
    var momentum = BigDecimal.ONE.subtract(decimal(node.number("momentum", 0.9f))).doubleValue();
    var usable = momentum > 0 && momentum <= 1;
    var layer =
        new Layer.BatchNorm(usable ? momentum : Layer.BatchNorm.STANDARD.momentum(), epsilon);
    var name = network.add(node.layerName(node.required(1)), layer, List.of(source), tensors);
    values.put(node, in.features() ? values.featuresOf(name) : values.imageOf(name));
  }

  /** The number that whoever wrote the file meant by a float: 0.9 and not 0.89999998. */
  private static BigDecimal decimal(float number) {
    return Float.isFinite(number) ? new BigDecimal(Float.toString(number)) : BigDecimal.ZERO;
  }

  void clip(OnnxNode node) {
    var least = constants.number(node, "min", 1).orElse(Float.NEGATIVE_INFINITY);
    var most = constants.number(node, "max", 2).orElse(Float.POSITIVE_INFINITY);
    if (least != 0 || most < Float.MAX_VALUE) {
      throw node.error("limits " + least + " and " + most, "0 and none, which is a Relu");
    }
    values.layer(node, new Layer.Relu());
  }

  void pool(OnnxNode node) {
    var in = values.value(node, 0);
    var source = values.image(node, in);
    var windows = Windows.read(node, network.shape(source), List.of(), Windows.Border.NONE);
    var square =
        windows
            .plain()
            .orElseThrow(
                () ->
                    node.error(
                        "windows of " + windows, "square ones, the border alike on all sides"));
    var maximum = node.type().equals("MaxPool");
    if (maximum) {
      node.integer("storage_order", 0); // of indices, which nobody reads
    } else if (square.padding() > 0 && node.integer("count_include_pad", 0) == 0) {
      throw node.error("count_include_pad 0 with a border", "1, or no border");
    } else {
      node.integer("count_include_pad", 0);
    }
    var layer =
        maximum
            ? new Layer.MaxPool2d(square.kernel(), windows.stride(), square.padding())
            : new Layer.AvgPool2d(square.kernel(), windows.stride(), square.padding());
    var name = network.add(node.name(), layer, List.of(source), Map.of());
    values.put(node, values.imageOf(name));
  }

  void globalMaximum(OnnxNode node) {
    var source = values.image(node, values.value(node, 0));
    var shape = network.shape(source);
    if (shape.height() != shape.width()) {
      throw node.error("images of " + shape, "square ones");
    }
    var layer = new Layer.MaxPool2d(shape.height(), 1, 0);
    var name = network.add(node.name(), layer, List.of(source), Map.of());
    values.put(node, values.imageOf(name));
  }

  void globalMean(OnnxNode node, boolean keepsAxes) {
    var source = values.image(node, values.value(node, 0));
    var name = network.add(node.name(), new Layer.GlobalAvgPool(), List.of(source), Map.of());
    values.put(node, keepsAxes ? values.imageOf(name) : values.featuresOf(name));
  }

  void reduceMean(OnnxNode node) {
    var keeps = node.integer("keepdims", 1) != 0;
    node.integer("noop_with_empty_axes", 0);
    var axes = constants.integers(node, "axes", 1).orElse(List.of());
    var rank = values.value(node, 0).extents().size() + 1;
    if (!Set.copyOf(Extents.normalised(node, axes, rank)).equals(Set.of(2, 3)) || rank != 4) {
      throw node.error("axes " + axes + " of " + rank, "rows and columns, 2 and 3 of 4");
    }
    globalMean(node, keeps);
  }

  void sum(OnnxNode node) {
    var names = node.inputs();
    if (names.stream().anyMatch(constants::holds)) {
      throw node.error(
          "a constant added to what is no product", "one right behind a Conv, Gemm or MatMul");
    }
    var first = values.value(node, 0);
    if (names.size() == 1) {
      values.put(node, first);
      return;
    }
    var sources = new ArrayList<String>();
    for (var i = 0; i < names.size(); i++) {
      var term = values.value(node, i);
      if (!term.extents().equals(first.extents())) {
        throw node.error("terms " + first.extents() + " and " + term.extents(), "the same shape");
      }
      sources.add(values.either(node, term));
    }
    if (Set.copyOf(sources).size() < sources.size()) {
      throw node.error("a value added to itself", "each term once");
    }
    var name = network.add(node.name(), new Layer.Add(), sources, Map.of());
    values.put(node, first.features() ? values.featuresOf(name) : values.imageOf(name));
  }

  void dropout(OnnxNode node) {
    node.integer("seed", 0);
    var rate = decimal(constants.number(node, "ratio", 1).orElse(0.5f)).doubleValue();
    if (rate > 0 && rate < 1) {
      values.layer(node, new Layer.Dropout(rate));
    } else {
      values.put(node, values.value(node, 0));
    }
  }
}
