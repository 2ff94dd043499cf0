package org.espalier.engine.network;

import java.util.List;

/**
 * One named layer in a network.
 *
 * @param inputs names of earlier nodes; {@link Network#INPUT} is the sample itself
 * @param output inferred shape of what it computes
 */
public record Node(String name, Layer layer, List<String> inputs, Shape output) {
  public Node {
    inputs = List.copyOf(inputs);
  }
}
