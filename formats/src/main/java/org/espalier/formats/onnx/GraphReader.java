package org.espalier.formats.onnx;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.NodeProto;

/**
 * Makes a network of the nodes of an ONNX graph that its output depends on.
 *
 * <p>What only changes the shape of a value, and what is computed from constants alone, is no layer
 * of its own; a softmax at the end is left out, since networks end in logits.
 */
final class GraphReader {
  private final Constants constants;
  private final GraphInput input;
  private final NetworkDraft network;
  private final List<OnnxNode> nodes;
  private final Map<String, Integer> readers = new HashMap<>(); // how many, by value
  private final Map<String, OnnxNode> lastReader = new HashMap<>();
  private final String output;
  private final Map<String, Value> values = new HashMap<>();
  private final Set<String> absorbed = new HashSet<>(); // outputs of additions that became biases
  private Optional<String> dropped = Optional.empty();

  GraphReader(GraphProto graph, long operatorSet, Constants constants, long most) {
    this.constants = constants;
    if (graph.getOutputCount() != 1) {
      throw new EspalierException(
          "graph with %d outputs, expected one, the logits".formatted(graph.getOutputCount()));
    }
    this.output = graph.getOutput(0).getName();
    this.nodes = live(graph, operatorSet);
    for (var node : nodes) {
      for (var name : node.inputs()) {
        readers.merge(name, 1, Integer::sum);
        lastReader.put(name, node);
      }
    }
    readers.merge(output, 1, Integer::sum);
    this.input = GraphInput.of(graph, constants);
    nodes.removeIf(node -> !node.type().equals("Shape") && foldable(node) && constants.fold(node));
    var start = input.start(nodes, constants);
    this.network = new NetworkDraft(name(graph), start.shape(), most);
    values.put(start.value(), new Value(Network.INPUT, start.extents()));
    start.views().forEach(nodes::remove);
  }

  private static String name(GraphProto graph) {
    var name = graph.getName().replaceAll("\\p{Cntrl}", "").strip();
    return name.isEmpty() ? "onnx" : name.substring(0, Math.min(name.length(), 200)).strip();
  }

  /** The nodes that the output depends on, in the order of the file. */
  private List<OnnxNode> live(GraphProto graph, long operatorSet) {
    var makers = new HashMap<String, NodeProto>();
    var live = new ArrayList<OnnxNode>();
    var needed = new HashSet<>(Set.of(output));
    for (var node : graph.getNodeList()) {
      for (var made : node.getOutputList()) {
        if (!made.isEmpty() && makers.put(made, node) != null) {
          throw new EspalierException("value " + made + " is computed twice, expected once");
        }
      }
    }
    for (var node : graph.getNodeList().reversed()) {
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(node.getInputList());
        live.add(new OnnxNode(node, operatorSet));
      }
    }
    return new ArrayList<>(live.reversed());
  }

  private boolean foldable(OnnxNode node) {
    return node.inputs().stream().allMatch(name -> name.isEmpty() || constants.holds(name));
  }

  /** Reads all nodes. */
  void read() {
    for (var node : nodes) {
      requireOneOutput(node);
      if (absorbed.contains(node.output()) || (foldable(node) && constants.fold(node))) {
        continue;
      }
      operator(node);
      node.close();
    }
    var logits = values.get(output);
    if (logits == null) {
      throw new EspalierException("output " + output + " does not depend on the input");
    }
    if (!logits.features()) {
      logits = new Value(logits.node(), flat(logits), logits.view(), logits.pending());
    }
    features(logits);
  }

  Network network() {
    return network.network();
  }

  NetworkDraft draft() {
    return network;
  }

  /** The operator at the end that was left out. */
  Optional<String> dropped() {
    return dropped;
  }

  private void requireOneOutput(OnnxNode node) {
    for (var further : node.outputs().subList(1, node.outputs().size())) {
      if (readers.containsKey(further)) {
        throw node.error("output " + further + " is used", "only the first one to be");
      }
    }
  }

  private void operator(OnnxNode node) {
    switch (node.type()) {
      case "Conv" -> convolution(node);
      case "Gemm" -> gemm(node);
      case "MatMul" -> matMul(node);
      case "BatchNormalization" -> normalisation(node);
      case "Relu" -> layer(node, new Layer.Relu());
      case "Clip" -> clip(node);
      case "MaxPool", "AveragePool" -> pool(node);
      case "GlobalMaxPool" -> globalMaximum(node);
      case "GlobalAveragePool" -> globalMean(node, true);
      case "ReduceMean" -> reduceMean(node);
      case "Add", "Sum" -> sum(node);
      case "Flatten" -> flatten(node);
      case "Reshape" -> reshape(node);
      case "Squeeze" -> squeeze(node);
      case "Unsqueeze" -> unsqueeze(node);
      case "Identity" -> put(node, value(node, 0));
      case "Dropout" -> dropout(node);
      case "Cast" -> cast(node);
      case "Shape" -> shape(node);
      case "Slice" -> slice(node);
      case "Pad" -> pad(node);
      case "Softmax", "LogSoftmax" -> softmax(node);
      default ->
          throw node.error("an operator that is not supported", "one of those in docs/formats.md");
    }
  }

  // ---------------------------------------------------------------- values

  private Value value(OnnxNode node, int index) {
    var name = node.required(index);
    var value = values.get(name);
    if (value == null) {
      throw node.error(
          "input " + name + (constants.holds(name) ? " is a constant" : " is not there"),
          "a value computed by an earlier node");
    }
    return value;
  }

  private void put(OnnxNode node, Value value) {
    values.put(node.output(), value);
  }

  private static List<Integer> flat(Value value) {
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

  private String image(OnnxNode node, Value value) {
    var settled = settled(value);
    var shape = network.shape(settled);
    if (!value.image() || !Value.of(settled, shape).extents().equals(value.extents())) {
      throw node.error("input " + value.extents(), "[channels, height, width]");
    }
    return settled;
  }

  /** The node that computes a value as plain features; flattens it if it is not flat. */
  private String features(Value value) {
    var settled = settled(value);
    if (network.shape(settled).flat()) {
      return settled;
    }
    return network.add(value.view(), new Layer.Flatten(), List.of(settled), Map.of());
  }

  private String features(OnnxNode node, Value value) {
    if (!value.features()) {
      throw node.error("input " + value.extents(), "[features]");
    }
    return features(value);
  }

  /** The node that computes a value in whatever form. */
  private String either(OnnxNode node, Value value) {
    return value.features() ? features(value) : image(node, value);
  }

  private void layer(OnnxNode node, Layer layer) {
    var in = value(node, 0);
    var name = network.add(node.name(), layer, List.of(either(node, in)), Map.of());
    put(node, in.features() ? featuresOf(name) : Value.of(name, network.shape(name)));
  }

  private Value featuresOf(String name) {
    return new Value(name, List.of(network.shape(name).size()));
  }

  // ---------------------------------------------------------------- products

  /** PyTorch names the tensors of layer {@code NAME} {@code NAME.weight}; others name the nodes. */
  private static String named(OnnxNode node, String weight) {
    var suffix = ".weight";
    return weight.endsWith(suffix) && weight.length() > suffix.length()
        ? weight.substring(0, weight.length() - suffix.length())
        : node.name();
  }

  private void convolution(OnnxNode node) {
    var in = value(node, 0);
    var border = in.pending().steps() ? Windows.Border.NONE : in.pending().border();
    var source = border.equals(Windows.Border.NONE) ? image(node, in) : in.node();
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
    var aligned = size == outputs && given.shape().getLast() == outputs;
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

  private void gemm(OnnxNode node) {
    node.require("transA", 0);
    var alpha = node.number("alpha", 1);
    var beta = node.number("beta", 1);
    var weight = matrix(node, node.integer("transB", 0) != 0).scaled(alpha);
    var outputs = weight.shape().getFirst();
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    tensors.put("weight", weight);
    var bias = bias(node, 2, outputs, beta);
    bias.ifPresent(it -> tensors.put("bias", it));
    var source = features(node, value(node, 0));
    product(node, new Layer.Linear(outputs, bias.isPresent()), source, tensors, false);
  }

  private void matMul(OnnxNode node) {
    var weight = matrix(node, false);
    var tensors = new LinkedHashMap<String, Constant.Floats>();
    tensors.put("weight", weight);
    var source = features(node, value(node, 0));
    product(node, new Layer.Linear(weight.shape().getFirst(), false), source, tensors, false);
  }

  /** Weights as [outputs, inputs]. */
  private Constant.Floats matrix(OnnxNode node, boolean transposed) {
    var weight = constants.floats(node, 1);
    if (weight.shape().size() != 2) {
      throw node.error("weights " + weight.shape(), "a matrix");
    }
    var matrix = transposed ? weight : weight.transposed(List.of(1, 0));
    var inputs = Constant.size(value(node, 0).extents());
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
      tensors.merge("bias", added, GraphReader::plus);
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
    var name = network.add(named(node, node.required(1)), complete, List.of(source), tensors);
    values.put(result, image ? Value.of(name, network.shape(name)) : featuresOf(name));
  }

  private static int outputs(Layer layer) {
    return layer instanceof Layer.Linear(var outputs, _) ? outputs : 0;
  }

  /** The addition of a constant that alone reads a value. */
  private Optional<OnnxNode> addition(String value) {
    return readers.getOrDefault(value, 0) > 1
        ? Optional.empty()
        : Optional.ofNullable(lastReader.get(value))
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

  // ---------------------------------------------------------------- layers without products

  private void normalisation(OnnxNode node) {
    if (!node.since(9)) {
      node.require("spatial", 1);
    }
    if (node.since(14)) {
      node.require("training_mode", 0);
    }
    var in = value(node, 0);
    var source = either(node, in);
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
    var name = network.add(named(node, node.required(1)), layer, List.of(source), tensors);
    put(node, in.features() ? featuresOf(name) : Value.of(name, network.shape(name)));
  }

  /** The number that whoever wrote the file meant by a float: 0.9 and not 0.89999998. */
  private static BigDecimal decimal(float number) {
    return Float.isFinite(number) ? new BigDecimal(Float.toString(number)) : BigDecimal.ZERO;
  }

  private void clip(OnnxNode node) {
    var least = constants.number(node, "min", 1).orElse(Float.NEGATIVE_INFINITY);
    var most = constants.number(node, "max", 2).orElse(Float.POSITIVE_INFINITY);
    if (least != 0 || most < Float.MAX_VALUE) {
      throw node.error("limits " + least + " and " + most, "0 and none, which is a Relu");
    }
    layer(node, new Layer.Relu());
  }

  private void pool(OnnxNode node) {
    var in = value(node, 0);
    var source = image(node, in);
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
    put(node, Value.of(name, network.shape(name)));
  }

  private void globalMaximum(OnnxNode node) {
    var source = image(node, value(node, 0));
    var shape = network.shape(source);
    if (shape.height() != shape.width()) {
      throw node.error("images of " + shape, "square ones");
    }
    var layer = new Layer.MaxPool2d(shape.height(), 1, 0);
    var name = network.add(node.name(), layer, List.of(source), Map.of());
    put(node, Value.of(name, network.shape(name)));
  }

  private void globalMean(OnnxNode node, boolean keepsAxes) {
    var source = image(node, value(node, 0));
    var name = network.add(node.name(), new Layer.GlobalAvgPool(), List.of(source), Map.of());
    put(node, keepsAxes ? Value.of(name, network.shape(name)) : featuresOf(name));
  }

  private void reduceMean(OnnxNode node) {
    var keeps = node.integer("keepdims", 1) != 0;
    node.integer("noop_with_empty_axes", 0);
    var axes = constants.integers(node, "axes", 1).orElse(List.of());
    var rank = value(node, 0).extents().size() + 1;
    if (!Set.copyOf(Extents.normalised(node, axes, rank)).equals(Set.of(2, 3)) || rank != 4) {
      throw node.error("axes " + axes + " of " + rank, "rows and columns, 2 and 3 of 4");
    }
    globalMean(node, keeps);
  }

  private void sum(OnnxNode node) {
    var names = node.inputs();
    if (names.stream().anyMatch(constants::holds)) {
      throw node.error(
          "a constant added to what is no product", "one right behind a Conv, Gemm or MatMul");
    }
    var first = value(node, 0);
    if (names.size() == 1) {
      put(node, first);
      return;
    }
    var sources = new ArrayList<String>();
    for (var i = 0; i < names.size(); i++) {
      var term = value(node, i);
      if (!term.extents().equals(first.extents())) {
        throw node.error("terms " + first.extents() + " and " + term.extents(), "the same shape");
      }
      sources.add(either(node, term));
    }
    if (Set.copyOf(sources).size() < sources.size()) {
      throw node.error("a value added to itself", "each term once");
    }
    var name = network.add(node.name(), new Layer.Add(), sources, Map.of());
    put(node, first.features() ? featuresOf(name) : Value.of(name, network.shape(name)));
  }

  private void dropout(OnnxNode node) {
    node.integer("seed", 0);
    var rate = decimal(constants.number(node, "ratio", 1).orElse(0.5f)).doubleValue();
    if (rate > 0 && rate < 1) {
      layer(node, new Layer.Dropout(rate));
    } else {
      put(node, value(node, 0));
    }
  }

  private void softmax(OnnxNode node) {
    if (!node.output().equals(output)) {
      throw node.error("inside the network", "at its end only");
    }
    var value = value(node, 0);
    var rank = value.extents().size() + 1;
    var axis = node.integer("axis", node.since(13) ? -1 : 1);
    if (!value.features() || (axis < 0 ? axis + rank : axis) != 1) {
      throw node.error("axis " + axis + " of " + value.extents(), "the classes");
    }
    dropped = Optional.of(node.type());
    put(node, value);
  }

  // ---------------------------------------------------------------- shapes

  private void view(OnnxNode node, List<Integer> extents) {
    put(node, value(node, 0).viewed(extents, node.name()));
  }

  private void flatten(OnnxNode node) {
    var value = value(node, 0);
    var axis = node.integer("axis", 1);
    if ((axis < 0 ? axis + value.extents().size() + 1 : axis) != 1) {
      throw node.error("axis " + axis, "1: a sample stays a sample");
    }
    view(node, flat(value));
  }

  private void reshape(OnnxNode node) {
    var target = constants.integers(node, 1).or(() -> node.integers("shape"));
    var shape = target.orElseThrow(() -> node.error("no shape", "one"));
    var keepsZero = node.integer("allowzero", 0) != 0;
    view(node, input.reshaped(node, value(node, 0).extents(), shape, keepsZero));
  }

  private void squeeze(OnnxNode node) {
    var axes = constants.integers(node, "axes", 1);
    view(node, input.squeezed(node, value(node, 0).extents(), axes));
  }

  private void unsqueeze(OnnxNode node) {
    var axes = constants.integers(node, "axes", 1).orElseThrow(() -> node.error("no axes", "some"));
    view(node, input.unsqueezed(node, value(node, 0).extents(), axes));
  }

  private void cast(OnnxNode node) {
    node.require("to", 1);
    node.integer("saturate", 1);
    put(node, value(node, 0));
  }

  /** The extents of a value, to be computed with; how many samples there are stays open. */
  private void shape(OnnxNode node) {
    var extents = value(node, 0).extents();
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

  // ---------------------------------------------------------------- shortcuts without weights

  private void slice(OnnxNode node) {
    var value = value(node, 0);
    var starts = constants.integers(node, "starts", 1).orElse(List.of());
    var ends = constants.integers(node, "ends", 2).orElse(List.of());
    var rank = value.extents().size() + 1;
    var all = LongStream.range(0, starts.size()).boxed().toList();
    var axes = Extents.normalised(node, constants.integers(node, "axes", 3).orElse(all), rank);
    var ones = starts.stream().map(_ -> 1L).toList();
    var steps = constants.integers(node, 4).orElse(ones);
    if (ends.size() != starts.size()
        || axes.size() != starts.size()
        || steps.size() != starts.size()) {
      throw node.error("starts, ends, axes and steps of different lengths", "one of each per axis");
    }
    var extents = new ArrayList<>(value.extents());
    var taken = new int[] {1, 1};
    for (var i = 0; i < axes.size(); i++) {
      var axis = axes.get(i);
      var extent = axis == 0 ? Integer.MAX_VALUE : extents.get(axis - 1);
      var whole = starts.get(i) == 0 && ends.get(i) >= extent;
      if (!whole || (steps.get(i) != 1 && (axis < 2 || !value.image())) || steps.get(i) < 1) {
        throw node.error(
            "%d to %d by %d of axis %d".formatted(starts.get(i), ends.get(i), steps.get(i), axis),
            "whole axes, rows and columns by any step");
      }
      if (steps.get(i) > 1) {
        taken[axis - 2] = Math.toIntExact(Math.min(steps.get(i), extent));
        extents.set(axis - 1, Math.ceilDiv(extent, taken[axis - 2]));
      }
    }
    var before = value.pending();
    if (!before.border().equals(Windows.Border.NONE)) {
      throw node.error("a slice of a border", "one of an image");
    }
    var pending =
        new Value.Pending(
            before.rowStep() * taken[0],
            before.columnStep() * taken[1],
            Windows.Border.NONE,
            Optional.of(node));
    put(node, new Value(value.node(), extents, value.view(), pending.steps() ? pending : before));
  }

  private void pad(OnnxNode node) {
    var value = value(node, 0);
    var mode = node.text("mode", "constant");
    var fill = node.since(11) ? constants.number(node, "", 2) : constants.number(node, "value", 9);
    if (!mode.equals("constant") || fill.orElse(0f) != 0) {
      throw node.error(mode + " " + fill.orElse(0f), "zeros");
    }
    var pads = pads(node, value.extents().size() + 1);
    if (value.extents().size() != 3 || pads[0] != 0 || pads[4] != 0) {
      throw node.error("a border of samples", "one of channels, rows and columns");
    }
    var result = value;
    if (pads[1] > 0 || pads[5] > 0) {
      var layer = new Layer.PadChannels(pads[1], pads[5]);
      var name = network.add(node.name(), layer, List.of(image(node, value)), Map.of());
      result = Value.of(name, network.shape(name));
    }
    var border = new Windows.Border(pads[2], pads[3], pads[6], pads[7]);
    put(node, border.equals(Windows.Border.NONE) ? result : bordered(node, result, border));
  }

  private Value bordered(OnnxNode node, Value value, Windows.Border border) {
    var source = image(node, value);
    var extents =
        List.of(
            value.extents().get(0),
            value.extents().get(1) + border.top() + border.bottom(),
            value.extents().get(2) + border.left() + border.right());
    var pending = new Value.Pending(1, 1, border, Optional.of(node));
    return new Value(source, extents, value.view(), pending);
  }

  /** What to put before and after each axis, the sample's first: all befores, then all afters. */
  private int[] pads(OnnxNode node, int rank) {
    var given = constants.integers(node, "pads", 1).orElse(List.of());
    var every = LongStream.range(0, rank).boxed().toList();
    var named = node.since(18) ? constants.integers(node, 3) : Optional.<List<Long>>empty();
    var axes = Extents.normalised(node, named.orElse(every), rank);
    if (given.size() != 2 * axes.size() || given.stream().anyMatch(it -> it < 0 || it > 1 << 20)) {
      throw node.error("pads " + given, "two numbers of at least 0 for each of " + axes);
    }
    var pads = new int[2 * rank];
    for (var i = 0; i < axes.size(); i++) {
      pads[axes.get(i)] = given.get(i).intValue();
      pads[rank + axes.get(i)] = given.get(axes.size() + i).intValue();
    }
    return pads;
  }
}
