package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;

/**
 * What a network becomes before any memory is allocated: which nodes are operations of their own
 * and which are fused or mere views, and the layout every activation needs.
 *
 * <p>Each activation has an <em>owner</em>: the node whose operation writes it. A ReLU behind an
 * operation that nothing else reads is fused into it; a flattening of features is a view.
 */
final class GraphPlan {
  private final Network network;
  private final int vector;
  private final int batchSize;
  private final Map<String, String> owners = new HashMap<>();
  private final Set<String> rectified = new HashSet<>();
  private final List<Node> operations = new ArrayList<>();
  private final Map<String, String> tied = new HashMap<>();
  private final boolean flatInput;

  GraphPlan(Network network, int vector, int batchSize) {
    this.network = network;
    this.vector = vector;
    this.batchSize = batchSize;
    this.flatInput =
        network.nodes().stream()
            .filter(node -> node.inputs().contains(Network.INPUT))
            .allMatch(node -> node.layer() instanceof Layer.Flatten);
    owners.put(Network.INPUT, Network.INPUT);
    network.nodes().forEach(this::place);
    operations.forEach(this::connect);
  }

  private void place(Node node) {
    var source = node.inputs().getFirst();
    var view =
        switch (node.layer()) {
          case Layer.Flatten() ->
              network.shape(source).flat() || (flatInput && source.equals(Network.INPUT));
          case Layer.Dropout(var rate) -> rate == 0;
          case Layer.Relu() -> fusable(source);
          default -> false;
        };
    if (view) {
      owners.put(node.name(), owner(source));
      if (node.layer() instanceof Layer.Relu) {
        rectified.add(owner(source));
      }
      return;
    }
    owners.put(node.name(), node.name());
    operations.add(node);
  }

  private boolean fusable(String source) {
    var readers = network.nodes().stream().filter(node -> node.inputs().contains(source)).count();
    return readers == 1
        && network.nodes().stream()
            .filter(node -> node.name().equals(source))
            .anyMatch(
                node ->
                    switch (node.layer()) {
                      case Layer.Linear _, Layer.Conv2d _, Layer.BatchNorm _, Layer.Add _ -> true;
                      default -> false;
                    });
  }

  private void connect(Node node) {
    for (var input : node.inputs()) {
      switch (node.layer()) {
        case Layer.Flatten _, Layer.MaxPool2d _, Layer.AvgPool2d _, Layer.GlobalAvgPool _ -> {}
        default -> tie(owner(input), node.name());
      }
    }
  }

  /** Both sides of most operations must have the same lanes. */
  private void tie(String a, String b) {
    var first = representative(a);
    var second = representative(b);
    if (!first.equals(second)) {
      tied.put(second, first);
    }
  }

  private String representative(String owner) {
    var at = owner;
    while (tied.containsKey(at)) {
      at = tied.getOrDefault(at, at);
    }
    return at;
  }

  /** The nodes that become operations, in order. */
  List<Node> operations() {
    return operations;
  }

  /** The node whose operation writes what {@code node} stands for. */
  String owner(String node) {
    var owner = owners.get(node);
    if (owner == null) {
      throw new EspalierException("no node " + node + " in network " + network.name());
    }
    return owner;
  }

  /** The owner of the logits. */
  String output() {
    return owner(network.nodes().getLast().name());
  }

  /** Whether the operation of {@code owner} applies a ReLU to what it writes. */
  boolean rectified(String owner) {
    return rectified.contains(owner);
  }

  Shape shape(String owner) {
    return flatInput && owner.equals(Network.INPUT)
        ? Shape.features(network.input().size())
        : network.shape(owner);
  }

  /** Whether anything trained lies at or before {@code owner}. */
  boolean trained(String owner) {
    for (var node : operations) {
      if (node.name().equals(owner)) {
        return switch (node.layer()) {
          case Layer.Linear _, Layer.Conv2d _, Layer.BatchNorm _ -> true;
          default -> node.inputs().stream().anyMatch(input -> trained(owner(input)));
        };
      }
    }
    return false;
  }

  /**
   * Geometry of an activation and of its gradient, with the border that convolutions need on either
   * way: taps of those that read it, mirrored taps of the one that wrote it.
   */
  Tensor.Geometry geometry(String owner) {
    var pad = 0;
    for (var node : operations) {
      if (node.inputs().stream().anyMatch(input -> owner(input).equals(owner))) {
        pad = Math.max(pad, node.layer() instanceof Layer.Conv2d conv ? conv.padding() : 0);
      }
      if (node.name().equals(owner) && node.layer() instanceof Layer.Conv2d conv) {
        var in = shape(owner(node.inputs().getFirst()));
        var out = shape(owner);
        pad = Math.max(pad, gradientPad(conv, in.height(), out.height()));
        pad = Math.max(pad, gradientPad(conv, in.width(), out.width()));
      }
    }
    var lanes = lanes(owner);
    return new Tensor.Geometry(shape(owner), pad, lanes, Math.ceilDiv(batchSize, lanes));
  }

  private static int gradientPad(Layer.Conv2d conv, int input, int output) {
    return ProductGeometry.gradientPad(conv.kernel(), conv.stride(), conv.padding(), input, output);
  }

  private int lanes(String owner) {
    var group = representative(owner);
    var spatial =
        owners.values().stream()
            .filter(other -> representative(other).equals(group))
            .anyMatch(this::needsPixels);
    return spatial ? vector : featureLanes();
  }

  private boolean needsPixels(String owner) {
    return !shape(owner).flat()
        || operations.stream()
            .filter(
                node ->
                    node.name().equals(owner)
                        || node.inputs().stream().anyMatch(input -> owner(input).equals(owner)))
            .anyMatch(
                node ->
                    node.layer() instanceof Layer.Conv2d conv
                        && (conv.kernel() > 1 || conv.padding() > 0));
  }

  /** Wide groups make the fastest tiles, as long as the padding they cost is small. */
  private int featureLanes() {
    var best = vector;
    var least = 1.5 * Math.ceilDiv(batchSize, vector) * vector;
    for (var vectors = 2; vectors <= 4; vectors *= 2) {
      var lanes = vectors * vector;
      var cost = (vectors == 2 ? 1.1 : 1.0) * Math.ceilDiv(batchSize, lanes) * lanes;
      if (cost <= least) {
        least = cost;
        best = lanes;
      }
    }
    return best;
  }
}
