package org.espalier.engine.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;

/**
 * A network as a value: named layers in topological order with inferred shapes, independent of any
 * engine; the last node computes the logits.
 *
 * <p>A network is valid once it exists: names are unique, inputs are earlier nodes, shapes are
 * those the layers infer, and every output but the last is used. {@link NetworkBuilder} infers the
 * shapes.
 */
public record Network(String name, Shape input, List<Node> nodes) {
  /** The name by which nodes refer to the sample itself. */
  public static final String INPUT = "input";

  /**
   * Checks the graph.
   *
   * @throws EspalierException naming the first node that does not fit
   */
  public Network {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new EspalierException("network " + name + ": no nodes, expected at least one");
    }
    var graph = new Graph(name, input);
    for (var node : nodes) {
      var output = graph.append(node.name(), node.layer(), node.inputs());
      if (!output.equals(node.output())) {
        throw new EspalierException(
            "node " + node.name() + ": output " + node.output() + ", expected " + output);
      }
    }
    graph.close(nodes.getLast().name());
  }

  /**
   * The shape of what the node of that name computes, or of the sample for {@link #INPUT}.
   *
   * @throws EspalierException if there is no such node
   */
  public Shape shape(String node) {
    var shape = shapes().get(node);
    if (shape == null) {
      throw new EspalierException("network " + name + ": no node " + node);
    }
    return shape;
  }

  /** The shape of the logits. */
  public Shape output() {
    return nodes.getLast().output();
  }

  /**
   * Classes, one for each logit.
   *
   * @throws EspalierException if the network ends in an image
   */
  public int classes() {
    if (!output().flat()) {
      throw new EspalierException(
          "network " + name + " ends in " + output() + ": expected plain features, one per class");
    }
    return output().channels();
  }

  /** The shapes of the sample and of every node's output, by name. */
  public Map<String, Shape> shapes() {
    var shapes = new HashMap<String, Shape>();
    shapes.put(INPUT, input);
    nodes.forEach(node -> shapes.put(node.name(), node.output()));
    return shapes;
  }

  /** Every tensor of the network in the order of its nodes. */
  public List<ParameterSpec> parameters() {
    var shapes = shapes();
    var specs = new ArrayList<ParameterSpec>();
    for (var node : nodes) {
      var in = shapes.getOrDefault(node.inputs().getFirst(), input);
      specs.addAll(node.parameters(in));
    }
    return specs;
  }

  /** The tensors that methods may sparsify. */
  public List<ParameterSpec> prunable() {
    return parameters().stream().filter(ParameterSpec::prunable).toList();
  }
}
