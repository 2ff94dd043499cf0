package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private final NetworkDraft network;
  private final List<OnnxNode> nodes;
  private final ValueReaders readers;
  private final String output;
  private final GraphValues values;
  private final ProductReader products;
  private final LayerReader layers;
  private final ViewReader views;
  private final BorderReader borders;
  private Optional<String> dropped = Optional.empty();

  GraphReader(GraphProto graph, long operatorSet, Constants constants, long most) {
    this.constants = constants;
    if (graph.getOutputCount() != 1) {
      throw new EspalierException(
          "graph with %d outputs, expected one, the logits".formatted(graph.getOutputCount()));
    }
    this.output = graph.getOutput(0).getName();
    this.nodes = live(graph, operatorSet);
    this.readers = new ValueReaders(nodes, output);
    var input = GraphInput.of(graph, constants);
    nodes.removeIf(node -> !node.type().equals("Shape") && foldable(node) && constants.fold(node));
    var start = input.start(nodes, constants);
    this.network = new NetworkDraft(name(graph), start.shape(), most);
    this.values = new GraphValues(constants, network);
    values.put(start.value(), new Value(Network.INPUT, start.extents()));
    start.views().forEach(nodes::remove);
    this.products = new ProductReader(constants, network, values, readers);
    this.layers = new LayerReader(constants, network, values);
    this.views = new ViewReader(constants, input, values);
    this.borders = new BorderReader(constants, network, values);
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
        node.getInputList().stream().filter(name -> !name.isEmpty()).forEach(needed::add);
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
      if (products.absorbed(node) || (foldable(node) && constants.fold(node))) {
        continue;
      }
      operator(node);
      node.close();
    }
    var logits =
        values
            .of(output)
            .orElseThrow(
                () -> new EspalierException("output " + output + " does not depend on the input"));
    if (!logits.features()) {
      var flat = GraphValues.flat(logits);
      logits = new Value(logits.node(), flat, logits.view(), logits.pending());
    }
    values.features(logits);
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
      if (readers.any(further)) {
        throw node.error("output " + further + " is used", "only the first one to be");
      }
    }
  }

  private void operator(OnnxNode node) {
    switch (node.type()) {
      case "Conv" -> products.convolution(node);
      case "Gemm" -> products.gemm(node);
      case "MatMul" -> products.matMul(node);
      case "BatchNormalization" -> layers.normalisation(node);
      case "Relu" -> values.layer(node, new Layer.Relu());
      case "Clip" -> layers.clip(node);
      case "MaxPool", "AveragePool" -> layers.pool(node);
      case "GlobalMaxPool" -> layers.globalMaximum(node);
      case "GlobalAveragePool" -> layers.globalMean(node, true);
      case "ReduceMean" -> layers.reduceMean(node);
      case "Add", "Sum" -> layers.sum(node);
      case "Flatten" -> views.flatten(node);
      case "Reshape" -> views.reshape(node);
      case "Squeeze" -> views.squeeze(node);
      case "Unsqueeze" -> views.unsqueeze(node);
      case "Identity" -> values.put(node, values.value(node, 0));
      case "Dropout" -> layers.dropout(node);
      case "Cast" -> views.cast(node);
      case "Shape" -> views.shape(node);
      case "Slice" -> borders.slice(node);
      case "Pad" -> borders.pad(node);
      case "Softmax", "LogSoftmax" -> softmax(node);
      default ->
          throw node.error("an operator that is not supported", "one of those in docs/formats.md");
    }
  }

  private void softmax(OnnxNode node) {
    if (!node.output().equals(output)) {
      throw node.error("inside the network", "at its end only");
    }
    var value = values.value(node, 0);
    var rank = value.extents().size() + 1;
    var axis = node.integer("axis", node.since(13) ? -1 : 1);
    if (!value.features() || (axis < 0 ? axis + rank : axis) != 1) {
      throw node.error("axis " + axis + " of " + value.extents(), "the classes");
    }
    dropped = Optional.of(node.type());
    values.put(node, value);
  }
}
