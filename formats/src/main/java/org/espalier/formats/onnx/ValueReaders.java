package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which nodes read each value of a graph. */
final class ValueReaders {
  private final Map<String, List<OnnxNode>> readers = new HashMap<>();
  private final String output;

  /**
   * Looks at all nodes; inputs without a name are left out and read nothing.
   *
   * @param output of the graph, which is read by whoever runs it
   */
  ValueReaders(List<OnnxNode> nodes, String output) {
    this.output = output;
    for (var node : nodes) {
      for (var name : node.inputs()) {
        if (!name.isEmpty()) {
          readers.computeIfAbsent(name, _ -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  /** Whether somebody reads a value. */
  boolean any(String value) {
    return value.equals(output) || readers.containsKey(value);
  }

  /** The node that alone reads a value. */
  Optional<OnnxNode> only(String value) {
    var all = readers.getOrDefault(value, List.of());
    return all.size() == 1 && !value.equals(output)
        ? Optional.of(all.getFirst())
        : Optional.empty();
  }
}
