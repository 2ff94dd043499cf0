package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
 * operation that nothing else reads is fused into it, and so is an addition of one other input
 * behind a normalisation; a flattening of features is a view.
 */
final class GraphPlan {
  private final Network network;
  private final int vector;
  private final int batchSize;
  private final Map<String, String> owners = new HashMap<>();
  private final Set<String> rectified = new HashSet<>();
  private final Map<String, String> shortcuts = new HashMap<>(); // owners, by normalisation
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
    var normalisation = absorbing(node);
    if (normalisation.isPresent()) {
      absorb(normalisation.get(), node);
      return;
    }
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

  /** The normalisation that an addition of two is fused into: the later one, if both could be. */
  private Optional<Node> absorbing(Node node) {
    var inputs = node.inputs();
    if (!(node.layer() instanceof Layer.Add) || inputs.size() != 2) {
      return Optional.empty();
    }
    return operations.reversed().stream()
        .filter(operation -> operation.layer() instanceof Layer.BatchNorm)
        .filter(operation -> inputs.contains(operation.name()) && readOnce(operation.name()))
        .findFirst();
  }

  /** Lets a normalisation wait for the other input of an addition, and write the sum. */
  private void absorb(Node normalisation, Node addition) {
    var name = normalisation.name();
    addition.inputs().stream()
        .filter(input -> !input.equals(name))
        .forEach(input -> shortcuts.put(name, owner(input)));
    owners.put(addition.name(), name);
    operations.remove(normalisation);
    operations.add(normalisation);
  }

  private boolean readOnce(String source) {
    return network.nodes().stream().filter(node -> node.inputs().contains(source)).count() == 1;
  }

  private boolean fusable(String source) {
    return readOnce(source)
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
    for (var input : inputs(node)) {
      switch (node.layer()) {
        case Layer.Flatten _, Layer.MaxPool2d _, Layer.AvgPool2d _, Layer.GlobalAvgPool _ -> {}
        default -> tie(input, node.name());
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

  /** The owners of what an operation reads, its shortcut last. */
  List<String> inputs(Node operation) {
    var own = operation.inputs().stream().map(this::owner);
    return Stream.concat(own, Stream.ofNullable(shortcuts.get(operation.name()))).toList();
  }

  /** Whether an operation adds this input, once, and does nothing else with it. */
  boolean addend(Node operation, String input) {
    return (operation.layer() instanceof Layer.Add || input.equals(shortcuts.get(operation.name())))
        && Collections.frequency(inputs(operation), input) == 1;
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
          default -> inputs(node).stream().anyMatch(this::trained);
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
      if (inputs(node).contains(owner)) {
        pad = Math.max(pad, node.layer() instanceof Layer.Conv2d conv ? conv.padding() : 0);
      }
      if (node.name().equals(owner) && node.layer() instanceof Layer.Conv2d conv) {
        var in = shape(inputs(node).getFirst());
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
            .anyMatch(node -> reachesBeyondItsPixel(node.layer()));
  }

  /** Into a border, which features have only where a vector is a pixel. */
  private static boolean reachesBeyondItsPixel(Layer layer) {
    return switch (layer) {
      case Layer.Conv2d conv -> conv.kernel() > 1 || conv.padding() > 0;
      case Layer.MaxPool2d pool -> pool.padding() > 0;
      case Layer.AvgPool2d pool -> pool.padding() > 0;
      default -> false;
    };
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
