package org.espalier.engine.folding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;

/**
 * Takes batch normalisation out of a network that is no longer trained: in inference it is {@code γ
 * (x − μ) / √(σ² + ε) + β} per channel, which a linear layer or convolution before it does itself
 * with other weights and another bias.
 *
 * <p>A normalisation is folded if it alone reads the layer; behind a pool, a sum, or a layer that
 * something else reads too, it stays. Topologies are those of the weights before.
 */
public final class BatchNormFolding {
  private final Network network;
  private final Parameters parameters;
  private final Map<String, Node> normalisations = new HashMap<>(); // by layer to be folded into
  private final Map<String, String> renamed = new HashMap<>(); // normalisation to its layer

  private BatchNormFolding(Network network, Parameters parameters) {
    this.network = network;
    this.parameters = parameters;
    network.nodes().forEach(this::find);
  }

  /** A network for inference and its parameters, which share nothing with those it came from. */
  public record Folded(Network network, Parameters parameters) {}

  /** Folds every normalisation that can be; the parameters given are only read. */
  public static Folded fold(Network network, Parameters parameters) {
    var folding = new BatchNormFolding(network, parameters);
    var folded = folding.network();
    return new Folded(folded, new Parameters(folded, folding::parameter));
  }

  private void find(Node node) {
    if (!(node.layer() instanceof Layer.Linear || node.layer() instanceof Layer.Conv2d)) {
      return;
    }
    var readers =
        network.nodes().stream().filter(other -> other.inputs().contains(node.name())).toList();
    if (readers.size() == 1 && readers.getFirst().layer() instanceof Layer.BatchNorm) {
      normalisations.put(node.name(), readers.getFirst());
      renamed.put(readers.getFirst().name(), node.name());
    }
  }

  /** The layer takes the place of its normalisation, so that the last node stays the last. */
  private Network network() {
    var layers = new HashMap<String, Node>();
    network.nodes().forEach(node -> layers.put(node.name(), node));
    var nodes = new ArrayList<Node>();
    for (var node : network.nodes()) {
      if (!normalisations.containsKey(node.name())) {
        var layer = renamed.get(node.name());
        nodes.add(
            layer == null ? reading(node) : biased(reading(layers.getOrDefault(layer, node))));
      }
    }
    return new Network(network.name(), network.input(), nodes);
  }

  private Node reading(Node node) {
    List<String> inputs =
        node.inputs().stream().map(input -> renamed.getOrDefault(input, input)).toList();
    return new Node(node.name(), node.layer(), inputs, node.output());
  }

  private static Node biased(Node node) {
    var layer =
        switch (node.layer()) {
          case Layer.Linear(var outputs, _) -> new Layer.Linear(outputs, true);
          case Layer.Conv2d(var channels, var kernel, var stride, var padding, var groups, _) ->
              new Layer.Conv2d(channels, kernel, stride, padding, groups, true);
          default -> node.layer();
        };
    return new Node(node.name(), layer, node.inputs(), node.output());
  }

  /** A parameter of the folded network, with its values. */
  private Parameter parameter(ParameterSpec spec) {
    var before = parameters.contains(spec.name()) ? parameters.of(spec.name()) : null;
    var after = before == null ? Parameter.dense(spec) : sameStorage(spec, before);
    if (before != null) {
      System.arraycopy(before.values(), 0, after.values(), 0, before.stored());
    }
    var normalisation = normalisations.get(spec.node());
    if (normalisation != null && normalisation.layer() instanceof Layer.BatchNorm layer) {
      var affine = affine(normalisation.name(), layer, spec.outputs());
      if (spec.role() == ParameterSpec.Role.BIAS) {
        shift(after.values(), affine);
      } else {
        scale(after, affine);
      }
    }
    return after;
  }

  private static Parameter sameStorage(ParameterSpec spec, Parameter parameter) {
    return switch (parameter.storage()) {
      case DENSE -> Parameter.dense(spec);
      case SPARSE -> Parameter.sparse(spec, parameter.topology());
      case MASKED -> Parameter.masked(spec, parameter.topology());
    };
  }

  /** {@code y = factor · x + term} per channel: what a normalisation is in inference. */
  private record Affine(double[] factor, double[] term) {}

  private Affine affine(String node, Layer.BatchNorm layer, int channels) {
    var gamma = parameters.of(node + ".weight").values();
    var beta = parameters.of(node + ".bias").values();
    var mean = parameters.of(node + ".running_mean").values();
    var variance = parameters.of(node + ".running_var").values();
    var factor = new double[channels];
    var term = new double[channels];
    for (var channel = 0; channel < channels; channel++) {
      factor[channel] = gamma[channel] / Math.sqrt(variance[channel] + layer.epsilon());
      term[channel] = beta[channel] - mean[channel] * factor[channel];
    }
    return new Affine(factor, term);
  }

  private static void shift(float[] bias, Affine affine) {
    for (var channel = 0; channel < bias.length; channel++) {
      bias[channel] = (float) (affine.factor()[channel] * bias[channel] + affine.term()[channel]);
    }
  }

  private static void scale(Parameter weight, Affine affine) {
    var values = weight.values();
    var columns = weight.spec().columns();
    for (var row = 0; row < weight.spec().rows(); row++) {
      var sparse = weight.storage() == Storage.SPARSE;
      var from = sparse ? weight.topology().rowStart()[row] : row * columns;
      var to = sparse ? weight.topology().rowStart()[row + 1] : from + columns;
      for (var i = from; i < to; i++) {
        values[i] = (float) (affine.factor()[row] * values[i]);
      }
    }
  }
}
