package org.espalier.engine.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;

/**
 * The shapes of a network while it is put together, node by node; both the builder and the network
 * itself check with it.
 */
final class Graph {
  /** Names become keys of files and words of the text form, so they hold no blanks or marks. */
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,127}");

  private static final Pattern NETWORK_NAME = Pattern.compile("\\P{Cntrl}{1,200}");

  private final Map<String, Shape> shapes = new HashMap<>();
  private final Set<String> unused = new HashSet<>();

  Graph(String network, Shape input) {
    if (!NETWORK_NAME.matcher(network).matches() || !network.equals(network.strip())) {
      throw new EspalierException(
          "network name '"
              + network.replaceAll("\\p{Cntrl}", "?")
              + "': expected 1 to 200 printable characters without blanks around them");
    }
    if ((double) input.channels() * input.height() * input.width() > Integer.MAX_VALUE) {
      throw new EspalierException("input " + input + ": expected fewer than 2³¹ values");
    }
    shapes.put(Network.INPUT, input);
  }

  /** The shape of what the node of that name computes, or of the sample. */
  Shape shape(String node) {
    var shape = shapes.get(node);
    if (shape == null) {
      throw new EspalierException(
          "no node " + node + Nearest.hint(node, shapes.keySet()) + " in the network");
    }
    return shape;
  }

  /** Appends a node and infers what it computes. */
  Shape append(String name, Layer layer, List<String> inputs) {
    if (!NODE_NAME.matcher(name).matches()) {
      throw new EspalierException(
          "node name '"
              + name.replaceAll("\\p{Cntrl}", "?")
              + "': expected up to 128 letters, digits, '_', '.' and '-', the first not a mark");
    }
    if (shapes.containsKey(name)) {
      throw new EspalierException("node " + name + ": expected a name that is not taken");
    }
    for (var input : inputs) {
      if (!shapes.containsKey(input)) {
        throw new EspalierException(
            "node "
                + name
                + ": input "
                + input
                + " is no earlier node"
                + Nearest.hint(input, shapes.keySet()));
      }
    }
    if (Set.copyOf(inputs).size() < inputs.size()) {
      throw new EspalierException("node " + name + ": inputs " + inputs + ", expected each once");
    }
    var output = ShapeInference.output(name, layer, inputs.stream().map(shapes::get).toList());
    shapes.put(name, output);
    inputs.forEach(unused::remove);
    unused.add(name);
    return output;
  }

  /** Checks that {@code last} is the only node whose output no other uses. */
  void close(String last) {
    for (var name : unused) {
      if (!name.equals(last)) {
        throw new EspalierException(
            "node "
                + name
                + ": its output is not used, expected that of the last node, "
                + last
                + ", to be the only such");
      }
    }
  }
}
