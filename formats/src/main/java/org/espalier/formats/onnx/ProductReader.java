package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;

/**
 * Convolutions and linear layers of a graph, with the constants added right behind them as biases.
 */
final class ProductReader {
  private final Constants constants;
  private final NetworkDraft network;
  private final GraphValues values;
  private final ValueReaders readers;
  private final Set<String> absorbed = new HashSet<>(); // outputs of additions that became biases

  ProductReader(
      Constants constants, NetworkDraft network, GraphValues values, ValueReaders readers) {
    this.constants = constants;
    this.network = network;
    this.values = values;
    this.readers = readers;
  }

  /** Whether a node is part of a product already read. */
  boolean absorbed(OnnxNode node) {
    return absorbed.contains(node.output());
  }

  void convolution(OnnxNode node) {
    var in = values.value(node, 0);
    var border = in.pending().steps() ? Windows.Border.NONE : in.pending().border();
    var source = source(node, in, border);
    var shape = network.shape(source);
    var weight = constants.floats(node, 1);
    if (weight.shape().size() != 4 || !in.image()) {
      throw node.error("weights " + weight.shape(), "four axes, a convolution of images");
    }
    var windows = Windows.read(node, shape, weight.shape().subList(2, 4), border);
    var square =
        windows
            .square()
            .orElseThrow(() -> node.error("windows of " + windows, "what a square one can do"));
    var group = Math.clamp(node.integer("group", 1), 0, Integer.MAX_VALUE);
    var outputs = weight.shape().getFirst();
    if (group < 1 || (long) weight.shape().get(1) * group != shape.channels()) {
      throw node.error(
          "weights " + weight.shape() + " in " + group + " groups",
          shape.channels() + " channels as the input has");
    }
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    tensors.put("weight", framed(weight, square));
    var bias = bias(node, 2, outputs, 1);
    bias.ifPresent(it -> tensors.put("bias", it));
    var layer =
        new Layer.Conv2d(
            outputs, square.kernel(), windows.stride(), square.padding(), group, bias.isPresent());
    product(node, layer, source, tensors, true);
  }

  /** The node whose image a convolution takes, the border not yet around it. */
  private String source(OnnxNode node, Value in, Windows.Border border) {
    if (border.equals(Windows.Border.NONE)) {
      return values.image(node, in);
    }
    values.requireUnviewed(node, in);
    return in.node();
  }

  /** Weights inside a larger square of zeros, which stay absent whatever training does. */
  private static Constant.Floats framed(Constant.Floats weight, Windows.Square square) {
    var height = weight.shape().get(2);
    var width = weight.shape().get(3);
    var side = square.kernel();
    if (height == side && width == side) {
      return weight;
    }
    var sparse =
        weight instanceof Constant.Dense(var shape, var values)
            ? new Constant.Sparse(shape, LongStream.range(0, values.length).toArray(), values)
            : weight;
    var extents = List.of(weight.shape().getFirst(), weight.shape().get(1), side, side);
    return sparse.moved(
        extents,
        index -> {
          var column = index % width + square.left();
          var row = index / width % height + square.top();
          return (index / ((long) width * height) * side + row) * side + column;
        });
  }

  /** One number per output, from an input that may be left out. */
  private Optional<Constant.Floats> bias(OnnxNode node, int index, int outputs, float factor) {
    if (node.input(index).isEmpty()) {
      return Optional.empty();
    }
    network.requireRoom(node.name(), outputs);
    var given = constants.floats(node, index);
    var size = Constant.size(given.shape());
    var scalar = given.shape().isEmpty();
    var aligned = !scalar && size == outputs && given.shape().getLast() == outputs;
    if (size != 1 && !aligned) {
      throw node.error("bias " + given.shape(), "[" + outputs + "]");
    }
    return Optional.of(spread(given, outputs).scaled(factor));
  }

  private static Constant.Floats spread(Constant.Floats given, int outputs) {
    var values = given.dense();
    if (values.length != outputs) {
      var number = values[0];
      values = new float[outputs];
      Arrays.fill(values, number);
    }
    return new Constant.Dense(List.of(outputs), values);
  }

  void gemm(OnnxNode node) {
    node.require("transA", 0);
    var alpha = node.number("alpha", 1);
    var beta = node.number("beta", 1);
    var weight = matrix(node, node.integer("transB", 0) != 0).scaled(alpha);
    var outputs = weight.shape().getFirst();
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    tensors.put("weight", weight);
    var bias = bias(node, 2, outputs, beta);
    bias.ifPresent(it -> tensors.put("bias", it));
    var source = values.features(node, values.value(node, 0));
    product(node, new Layer.Linear(outputs, bias.isPresent()), source, tensors, false);
  }

  void matMul(OnnxNode node) {
    var weight = matrix(node, false);
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    tensors.put("weight", weight);
    var source = values.features(node, values.value(node, 0));
    product(node, new Layer.Linear(weight.shape().getFirst(), false), source, tensors, false);
  }

  /** Weights as [outputs, inputs]. */
  private Constant.Floats matrix(OnnxNode node, boolean transposed) {
    var weight = constants.floats(node, 1);
    if (weight.shape().size() != 2) {
      throw node.error("weights " + weight.shape(), "a matrix");
    }
    var matrix = transposed ? weight : weight.transposed(List.of(1, 0));
    var inputs = Constant.size(values.value(node, 0).extents());
    if (matrix.shape().getLast() != inputs) {
      throw node.error("weights " + weight.shape(), inputs + " inputs as the value has");
    }
    return matrix;
  }

  /** Adds a product, with the constants that are added right behind it as its bias. */
  private void product(
      OnnxNode node,
      Layer layer,
      String source,
      Map<String, Constant.Floats> tensors,
      boolean image) {
    var result = node.output();
    var outputs = layer instanceof Layer.Conv2d conv ? conv.channels() : outputs(layer);
    for (var next = addition(result); next.isPresent(); next = addition(result)) {
      var addition = next.get();
      var added = addend(addition, result, outputs, image);
      tensors.merge("bias", added, ProductReader::plus);
      result = addition.output();
      absorbed.add(result);
    }
    var biased = tensors.containsKey("bias");
    var complete =
        switch (layer) {
          case Layer.Linear(var count, _) -> new Layer.Linear(count, biased);
          case Layer.Conv2d(var count, var kernel, var stride, var padding, var groups, _) ->
              new Layer.Conv2d(count, kernel, stride, padding, groups, biased);
          default -> throw new IllegalStateException(layer.toString());
        };
    var name = network.add(node.layerName(node.required(1)), complete, List.of(source), tensors);
    values.put(result, image ? values.imageOf(name) : values.featuresOf(name));
  }

  private static int outputs(Layer layer) {
    return layer instanceof Layer.Linear(var outputs, _) ? outputs : 0;
  }

  /** The addition of a constant that alone reads a value. */
  private Optional<OnnxNode> addition(String value) {
    return readers
        .only(value)
        .filter(node -> node.type().equals("Add"))
        .filter(node -> node.inputs().stream().anyMatch(constants::holds));
  }

  /** What an addition adds to each output: [outputs], or [outputs, 1, 1] to an image. */
  private Constant.Floats addend(OnnxNode addition, String value, int outputs, boolean image) {
    var given = constants.floats(addition, addition.inputs().indexOf(value) == 0 ? 1 : 0);
    addition.close();
    network.requireRoom(addition.name(), outputs);
    var shape = new ArrayList<>(given.shape());
    while (!shape.isEmpty() && shape.getFirst() == 1) {
      shape.removeFirst();
    }
    var expected = image ? List.of(outputs, 1, 1) : List.of(outputs);
    if (!shape.isEmpty() && !shape.equals(expected)) {
      throw addition.error("a constant " + given.shape(), expected + ", one number per output");
    }
    return spread(given, outputs);
  }

  private static Constant.Floats plus(Constant.Floats a, Constant.Floats b) {
    var sum = a.dense().clone();
    for (var i = 0; i < sum.length; i++) {
      sum[i] += b.dense()[i];
    }
    return new Constant.Dense(a.shape(), sum);
  }
}
