package org.espalier.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;

/**
 * A linear layer or convolution as it stands in a network.
 *
 * @param first whether it reads the sample itself, so that nobody asks for its input's gradient
 */
record ProductLayer(Layer layer, Shape input, Shape output, boolean first) {
  private static final String ABOVE = "above";
  static final String NODE = "layer";
  static final String WEIGHT = NODE + ".weight";

  /** A layer with the names of the nodes that are like it. */
  record Named(List<String> nodes, ProductLayer layer) {}

  /** The different products of a network, in its order. */
  static List<Named> of(Network network) {
    var nodes = new LinkedHashMap<ProductLayer, List<String>>();
    for (var node : network.nodes()) {
      if (node.layer() instanceof Layer.Linear || node.layer() instanceof Layer.Conv2d) {
        var input = node.inputs().getFirst();
        var layer =
            new ProductLayer(
                node.layer(),
                network.shape(input),
                node.output(),
                nodes.isEmpty() && network.shape(input).size() == network.input().size());
        nodes.computeIfAbsent(layer, _ -> new ArrayList<>()).add(node.name());
      }
    }
    return nodes.entrySet().stream().map(it -> new Named(it.getValue(), it.getKey())).toList();
  }

  /** The smallest network that contains it: something trained above it, unless it is the first. */
  Network alone() {
    var builder = NetworkBuilder.of(NODE, input);
    if (!first) {
      builder.batchNorm(ABOVE);
    }
    builder.node(NODE, layer);
    if (!output.flat()) {
      builder.globalAvgPool("mean").flatten("flatten");
    }
    return builder.build();
  }

  @Override
  public String toString() {
    return switch (layer) {
      case Layer.Conv2d conv ->
          "%d→%d, %d×%d%s, %d×%d%s"
              .formatted(
                  input.channels(),
                  conv.channels(),
                  conv.kernel(),
                  conv.kernel(),
                  conv.groups() == 1 ? "" : " in " + conv.groups() + " groups",
                  input.height(),
                  input.width(),
                  conv.stride() == 1 ? "" : ", stride " + conv.stride());
      default -> "%d→%d".formatted(input.size(), output.size());
    };
  }
}
