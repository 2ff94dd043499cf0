package org.espalier.formats.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.formats.onnx.proto.AttributeProto;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.NodeProto;
import org.espalier.formats.onnx.proto.TensorProto;
import org.espalier.formats.onnx.proto.TensorShapeProto;
import org.espalier.formats.onnx.proto.TypeProto;
import org.espalier.formats.onnx.proto.ValueInfoProto;

/**
 * The nodes of a network as ONNX operators; a node's name is also that of the value it computes.
 *
 * <p>ONNX tells images {@code [batch][channels][height][width]} from features {@code
 * [batch][features]} where a network does not: its features are images of one pixel. A value is
 * brought from one form to the other where an operator wants it so.
 */
final class GraphWriter {
  /** The name of the first axis, whose extent is left open. */
  private static final String BATCH = "batch";

  private final Network network;
  private final Map<String, Shape> shapes;
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, Value> values = new HashMap<>(); // by node
  private final Map<Value, Value> converted = new HashMap<>();

  /** What a node computes, in one of the two forms. */
  private record Value(String name, boolean image) {}

  GraphWriter(Network network) {
    this.network = network;
    this.shapes = network.shapes();
  }

  /** The graph without its parameters. */
  GraphProto.Builder graph() {
    requireDistinctNames();
    graph.setName(network.name());
    var input = new Value(Network.INPUT, !network.input().flat());
    values.put(Network.INPUT, input);
    graph.addInput(declaration(input, network.input()));
    network.nodes().forEach(this::add);
    var output = value(network.nodes().getLast().name());
    if (network.output().flat()) {
      output = inForm(output, false, network.output());
    }
    graph.addOutput(declaration(output, network.output()));
    return graph;
  }

  /** Values and tensors share their names in ONNX, but not in networks. */
  private void requireDistinctNames() {
    for (var spec : network.parameters()) {
      if (shapes.containsKey(spec.name())) {
        throw new EspalierException(
            "node %s has the name of a tensor, expected another name in an ONNX file"
                .formatted(spec.name()));
      }
    }
  }

  private void add(Node node) {
    switch (node.layer()) {
      case Layer.Linear(_, var bias) ->
          operator(node, "Gemm", false, weights(bias), integer("transB", 1));
      case Layer.Conv2d conv ->
          operator(
              node,
              "Conv",
              true,
              weights(conv.bias()),
              integers("kernel_shape", conv.kernel(), conv.kernel()),
              integers("strides", conv.stride(), conv.stride()),
              pads(conv.padding()),
              integer("group", conv.groups()));
      case Layer.BatchNorm(var momentum, var epsilon) ->
          operator(
              node,
              "BatchNormalization",
              form(node),
              List.of(".weight", ".bias", ".running_mean", ".running_var"),
              number("epsilon", epsilon),
              // ONNX weighs the old statistics where PyTorch weighs the new.
              number("momentum", 1 - momentum));
      case Layer.Relu() -> operator(node, "Relu", form(node), List.of());
      case Layer.MaxPool2d(var kernel, var stride, var padding) ->
          operator(
              node,
              "MaxPool",
              true,
              List.of(),
              integers("kernel_shape", kernel, kernel),
              integers("strides", stride, stride),
              pads(padding));
      case Layer.AvgPool2d(var kernel, var stride, var padding) ->
          operator(
              node,
              "AveragePool",
              true,
              List.of(),
              integers("kernel_shape", kernel, kernel),
              integers("strides", stride, stride),
              pads(padding),
              integer("count_include_pad", 1));
      case Layer.GlobalAvgPool() -> operator(node, "GlobalAveragePool", true, List.of());
      case Layer.Add() ->
          operator(node, node.inputs().size() == 2 ? "Add" : "Sum", form(node), List.of());
      case Layer.PadChannels(var before, var after) -> {
        var pads = node.name() + ".pads";
        constant(pads, 0, before, 0, 0, 0, after, 0, 0);
        operator(node, "Pad", true, List.of(".pads"));
      }
      case Layer.Flatten() -> {
        operator(node, "Flatten", form(node), List.of(), integer("axis", 1));
        values.put(node.name(), new Value(node.name(), false));
      }
      case Layer.Dropout _ -> values.put(node.name(), value(node.inputs().getFirst()));
    }
  }

  private static List<String> weights(boolean bias) {
    return bias ? List.of(".weight", ".bias") : List.of(".weight");
  }

  /** The form in which a node that takes both gets its first input. */
  private boolean form(Node node) {
    return value(node.inputs().getFirst()).image();
  }

  private Value value(String node) {
    var value = values.get(node);
    if (value == null) {
      throw new IllegalStateException("no value of " + node);
    }
    return value;
  }

  /** Adds a node that takes its inputs, and gives its output, in one form. */
  private void operator(
      Node node, String type, boolean image, List<String> tensors, AttributeProto... attributes) {
    var inputs =
        node.inputs().stream()
            .map(input -> inForm(value(input), image, shape(input)).name())
            .toList();
    var names = tensors.stream().map(tensor -> node.name() + tensor);
    emit(node.name(), type, Stream.concat(inputs.stream(), names).toList(), attributes);
    values.put(node.name(), new Value(node.name(), image));
  }

  private Shape shape(String node) {
    return network.shape(node);
  }

  /** A value as an image or as features, by an operator more if it is not; both only if flat. */
  private Value inForm(Value value, boolean image, Shape shape) {
    if (value.image() == image) {
      return value;
    }
    var known = converted.get(value);
    if (known != null) {
      return known;
    }
    var other = new Value(value.name() + (image ? ".image" : ".features"), image);
    if (image) {
      // Zero copies the extent of the batch.
      constant(other.name() + ".shape", 0, shape.channels(), shape.height(), shape.width());
      emit(other.name(), "Reshape", List.of(value.name(), other.name() + ".shape"));
    } else {
      emit(other.name(), "Flatten", List.of(value.name()), integer("axis", 1));
    }
    converted.put(value, other);
    return other;
  }

  private void emit(String name, String type, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
  }

  private void constant(String name, long... elements) {
    var tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(elements.length);
    for (var element : elements) {
      tensor.addInt64Data(element);
    }
    graph.addInitializer(tensor);
  }

  private static ValueInfoProto declaration(Value value, Shape shape) {
    var extents = TensorShapeProto.newBuilder();
    extents.addDimBuilder().setDimParam(BATCH);
    extents.addDimBuilder().setDimValue(shape.channels());
    if (value.image()) {
      extents.addDimBuilder().setDimValue(shape.height());
      extents.addDimBuilder().setDimValue(shape.width());
    }
    var type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT_VALUE)
            .setShape(extents);
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** The same border on all four sides. */
  private static AttributeProto pads(int padding) {
    return integers("pads", padding, padding, padding, padding);
  }

  private static AttributeProto integer(String name, long value) {
    return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  private static AttributeProto integers(String name, long... elements) {
    var attribute = attribute(name, AttributeProto.AttributeType.INTS);
    for (var element : elements) {
      attribute.addInts(element);
    }
    return attribute.build();
  }

  private static AttributeProto number(String name, double value) {
    return attribute(name, AttributeProto.AttributeType.FLOAT).setF((float) value).build();
  }

  private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
