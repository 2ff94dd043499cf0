package org.espalier.formats.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;

/** A network that is being read, with the tensors of its parameters. */
final class NetworkDraft {
  private static final int LONGEST_NAME = 100;

  private final NetworkBuilder network;
  private final Set<String> names = new HashSet<>(Set.of(Network.INPUT));
  private final Map<String, Integer> numbers = new HashMap<>(); // the next one to try, by name
  private final Map<String, Constant.Floats> tensors = new HashMap<>();
  private final long most;
  private long held;

  /**
   * Starts a network.
   *
   * @param most floats that all parameters together may take: a tensor may have many readers
   */
  NetworkDraft(String name, Shape input, long most) {
    this.network = NetworkBuilder.of(name, input);
    this.most = most;
  }

  Shape shape(String node) {
    return network.shape(node);
  }

  /** Adds a layer under the name nearest to {@code wanted} that is free; returns that name. */
  String add(
      String wanted, Layer layer, List<String> inputs, Map<String, Constant.Floats> tensors) {
    var name = free(wanted);
    network.node(name, layer, inputs.toArray(String[]::new));
    tensors.forEach(
        (tensor, values) -> {
          held += values.values().length;
          // The rows of a sparse weight take space too, whether anything is in them or not.
          held += values.storage() == Storage.SPARSE ? values.shape().getFirst() : 0;
          this.tensors.put(name + "." + tensor, values);
        });
    requireRoom(name, 0);
    return name;
  }

  /** Refuses {@code floats} more than a file of this size can mean. */
  void requireRoom(String node, long floats) {
    if (held + floats > most) {
      throw new EspalierException(
          "node %s: all weights together would take %,d floats, expected at most %,d in a file of"
                  .formatted(node, held + floats, most)
              + " this size");
    }
  }

  private String free(String wanted) {
    var name = wanted.replaceAll("[^A-Za-z0-9_.\\-]+", "_").replaceAll("^[^A-Za-z0-9]+", "");
    name = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    var base = name.isEmpty() ? "node" : name;
    var free = base;
    while (!names.add(free)) {
      free = base + "_" + numbers.merge(base, 2, (number, _) -> number + 1);
    }
    return free;
  }

  Network network() {
    return network.build();
  }

  /** The parameters of {@link #network}, stored as the file has them. */
  Parameters parameters(Network network) {
    return new Parameters(network, this::parameter);
  }

  private Parameter parameter(ParameterSpec spec) {
    var tensor = tensors.get(spec.name());
    if (tensor == null || Constant.size(tensor.shape()) != spec.size()) {
      throw new EspalierException(
          "tensor %s: %s, expected %d elements"
              .formatted(spec.name(), tensor == null ? "none" : tensor.shape(), spec.size()));
    }
    if (spec.prunable() && tensor instanceof Constant.Sparse(_, var positions, var values)) {
      var topology = Topology.of(spec.rows(), spec.columns(), positions);
      return filled(Parameter.sparse(spec, topology), values);
    }
    return filled(Parameter.dense(spec), tensor.dense());
  }

  private static Parameter filled(Parameter parameter, float[] values) {
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }
}
