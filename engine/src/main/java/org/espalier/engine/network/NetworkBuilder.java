package org.espalier.engine.network;

import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.EspalierException;

/**
 * Puts a network together node by node and infers its shapes.
 *
 * <p>A node without named inputs takes the output of the one before it, the first one the sample;
 * so a plain chain needs no names of inputs, and a residual block only remembers {@link #last()}.
 * Every method that adds a node throws an {@link EspalierException} naming it when it does not fit.
 */
public final class NetworkBuilder {
  private final String name;
  private final Shape input;
  private final Graph graph;
  private final List<Node> nodes = new ArrayList<>();

  private NetworkBuilder(String name, Shape input) {
    this.name = name;
    this.input = input;
    this.graph = new Graph(name, input);
  }

  /** Starts a network of that name for samples of shape {@code input}. */
  public static NetworkBuilder of(String name, Shape input) {
    return new NetworkBuilder(name, input);
  }

  /** The name of the latest node, {@link Network#INPUT} before the first. */
  public String last() {
    return nodes.isEmpty() ? Network.INPUT : nodes.getLast().name();
  }

  /** The shape that the latest node computes. */
  public Shape shape() {
    return shape(last());
  }

  /** The shape that the node of that name computes. */
  public Shape shape(String node) {
    return graph.shape(node);
  }

  /** Adds a node that takes {@code inputs}, or the latest node if none are named. */
  public NetworkBuilder node(String name, Layer layer, String... inputs) {
    var from = inputs.length == 0 ? List.of(last()) : List.of(inputs);
    nodes.add(new Node(name, layer, from, graph.append(name, layer, from)));
    return this;
  }

  /** A fully-connected layer with bias. */
  public NetworkBuilder linear(String name, int outputs, String... inputs) {
    return node(name, new Layer.Linear(outputs, true), inputs);
  }

  /**
   * A convolution without bias, as before a batch normalisation, padded by ⌊kernel/2⌋ so that an
   * odd kernel with stride 1 keeps the extent.
   */
  public NetworkBuilder conv(String name, int channels, int kernel, int stride, String... inputs) {
    return node(name, new Layer.Conv2d(channels, kernel, stride, kernel / 2, 1, false), inputs);
  }

  /** Batch normalisation with PyTorch's momentum and epsilon. */
  public NetworkBuilder batchNorm(String name, String... inputs) {
    return node(name, Layer.BatchNorm.STANDARD, inputs);
  }

  public NetworkBuilder relu(String name, String... inputs) {
    return node(name, new Layer.Relu(), inputs);
  }

  /** Maximum over windows that do not overlap; what does not fill a window is left out. */
  public NetworkBuilder maxPool(String name, int kernel, String... inputs) {
    return node(name, new Layer.MaxPool2d(kernel, kernel, 0), inputs);
  }

  public NetworkBuilder globalAvgPool(String name, String... inputs) {
    return node(name, new Layer.GlobalAvgPool(), inputs);
  }

  public NetworkBuilder flatten(String name, String... inputs) {
    return node(name, new Layer.Flatten(), inputs);
  }

  public NetworkBuilder dropout(String name, double rate, String... inputs) {
    return node(name, new Layer.Dropout(rate), inputs);
  }

  /** Adds the sum of nodes of one shape. */
  public NetworkBuilder add(String name, String... inputs) {
    return node(name, new Layer.Add(), inputs);
  }

  /** The network; its last node computes the logits. */
  public Network build() {
    return new Network(name, input, nodes);
  }
}
