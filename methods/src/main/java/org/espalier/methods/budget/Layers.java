package org.espalier.methods.budget;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.ParameterSpec;

/**
 * The layers that share a budget among themselves.
 *
 * @param specs in the order of the network
 * @param first whether the first of them is the network's first prunable layer
 * @param last whether the last of them is the network's last prunable layer
 * @param convolutions names of the parameters that belong to convolutions, 1×1 ones included
 */
record Layers(List<ParameterSpec> specs, boolean first, boolean last, Set<String> convolutions) {

  static Layers of(Network network, List<ParameterSpec> specs) {
    var all = network.prunable();
    var nodes =
        network.nodes().stream()
            .filter(node -> node.layer() instanceof Layer.Conv2d)
            .map(Node::name)
            .collect(Collectors.toSet());
    return new Layers(
        List.copyOf(specs),
        !specs.isEmpty() && specs.getFirst().equals(all.getFirst()),
        !specs.isEmpty() && specs.getLast().equals(all.getLast()),
        specs.stream()
            .filter(spec -> nodes.contains(spec.node()))
            .map(ParameterSpec::name)
            .collect(Collectors.toSet()));
  }

  int count() {
    return specs.size();
  }

  long[] sizes() {
    return specs.stream().mapToLong(ParameterSpec::size).toArray();
  }

  /** Weights of all of them. */
  long size() {
    return specs.stream().mapToLong(ParameterSpec::size).sum();
  }

  /** All but the last. */
  Layers withoutLast() {
    return new Layers(specs.subList(0, count() - 1), first && count() > 1, false, convolutions);
  }

  boolean convolution(ParameterSpec spec) {
    return convolutions.contains(spec.name());
  }
}
