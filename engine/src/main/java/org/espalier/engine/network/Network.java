package org.espalier.engine.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a value: named layers in topological order with inferred shapes, independent of any
 * engine; the last node computes the logits.
 */
public record Network(String name, Shape input, List<Node> nodes) {
  /** The name by which nodes refer to the sample itself. */
  public static final String INPUT = "input";

  public Network {
    nodes = List.copyOf(nodes);
  }

  /** The shape of what the node of that name computes. */
  public Shape shape(String node) {
    return shapes().getOrDefault(node, input);
  }

  public Shape output() {
    return nodes.getLast().output();
  }

  private Map<String, Shape> shapes() {
    var shapes = new HashMap<String, Shape>();
    nodes.forEach(node -> shapes.put(node.name(), node.output()));
    return shapes;
  }

  /** Every tensor of the network in the order of its nodes. */
  public List<ParameterSpec> parameters() {
    var shapes = shapes();
    var specs = new ArrayList<ParameterSpec>();
    for (var node : nodes) {
      var in = shapes.getOrDefault(node.inputs().getFirst(), input);
      specs.addAll(parameters(node, in));
    }
    return specs;
  }

  /** The tensors that methods may sparsify. */
  public List<ParameterSpec> prunable() {
    return parameters().stream().filter(ParameterSpec::prunable).toList();
  }

  private static List<ParameterSpec> parameters(Node node, Shape in) {
    var name = node.name();
    return switch (node.layer()) {
      case Layer.Linear(var outputs, var bias) ->
          weightAndBias(
              new ParameterSpec(
                  name + ".weight", ParameterSpec.Role.WEIGHT, outputs, in.channels(), 1, 1, 1),
              bias);
      case Layer.Conv2d conv ->
          weightAndBias(
              new ParameterSpec(
                  name + ".weight",
                  ParameterSpec.Role.WEIGHT,
                  conv.channels(),
                  in.channels() / conv.groups(),
                  conv.kernel(),
                  conv.kernel(),
                  conv.groups()),
              conv.bias());
      case Layer.BatchNorm norm ->
          List.of(
              vector(name + ".weight", ParameterSpec.Role.NORM_SCALE, in),
              vector(name + ".bias", ParameterSpec.Role.NORM_SHIFT, in),
              vector(name + ".running_mean", ParameterSpec.Role.RUNNING_MEAN, in),
              vector(name + ".running_var", ParameterSpec.Role.RUNNING_VARIANCE, in));
      default -> List.of();
    };
  }

  private static List<ParameterSpec> weightAndBias(ParameterSpec weight, boolean bias) {
    return bias
        ? List.of(
            weight,
            ParameterSpec.vector(
                weight.node() + ".bias", ParameterSpec.Role.BIAS, weight.outputs()))
        : List.of(weight);
  }

  private static ParameterSpec vector(String name, ParameterSpec.Role role, Shape in) {
    return ParameterSpec.vector(name, role, in.channels());
  }
}
