package org.espalier.formats;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;

/**
 * Turns the tensors of one file into a model; every tensor and every key of the format's own must
 * be accounted for.
 */
final class ModelReader {
  private final SafetensorsFile file;
  private final Map<String, String> metadata;
  private final Set<String> unread;

  ModelReader(SafetensorsFile file) {
    this.file = file;
    this.metadata = new HashMap<>(file.metadata());
    this.unread = new HashSet<>(file.tensors().keySet());
  }

  Model model() {
    var version = own(ModelFile.VERSION);
    if (!version.equals(ModelFile.CURRENT_VERSION)) {
      throw file.error(
          ModelFile.VERSION + " is " + version + ", expected " + ModelFile.CURRENT_VERSION);
    }
    own(FileChecksum.KEY);
    metadata.remove(ModelFile.LAYOUT);
    var network = network(own(ModelFile.NETWORK));
    var shapes = TensorShapes.of(network);
    var parameters =
        new Parameters(
            network, spec -> parameter(spec, shapes.getOrDefault(spec.name(), List.of())));
    requireAllRead(network);
    for (var key : metadata.keySet()) {
      if (key.startsWith(ModelFile.RESERVED)) {
        throw file.error("metadata key " + key + " does not belong to the format or the network");
      }
    }
    return new Model(network, parameters, metadata);
  }

  private Network network(String text) {
    try {
      return NetworkText.parse(text);
    } catch (EspalierException e) {
      throw file.error(String.valueOf(e.getMessage()), e);
    }
  }

  private Parameter parameter(ParameterSpec spec, List<Integer> shape) {
    var storage = spec.prunable() ? metadata.remove(ModelFile.STORAGE + spec.name()) : null;
    if (storage == null) {
      return dense(spec, shape);
    }
    if (storage.equals(ModelFile.BITMASK)) {
      return bitmask(spec, shape);
    }
    var sparse = ModelFile.storage(Storage.SPARSE, shape);
    if (storage.equals(sparse)) {
      return sparse(spec);
    }
    var masked = ModelFile.storage(Storage.MASKED, shape);
    if (storage.equals(masked)) {
      return masked(spec, shape);
    }
    throw file.error(
        ModelFile.STORAGE
            + spec.name()
            + " is '"
            + storage
            + "', expected '"
            + sparse
            + "' or '"
            + masked
            + "'");
  }

  private Parameter dense(ParameterSpec spec, List<Integer> shape) {
    var values = values(spec.name(), shape);
    return filled(Parameter.dense(spec), values);
  }

  private Parameter sparse(ParameterSpec spec) {
    var name = spec.name() + ModelFile.VALUES;
    var info = file.tensors().get(name);
    if (info == null) {
      throw file.error("tensor " + name + " is missing");
    }
    if (info.shape().size() != 1) {
      throw file.error("tensor " + name + ": shape " + info.shape() + ", expected [nnz]");
    }
    var values = values(name, info.shape());
    return filled(Parameter.sparse(spec, topology(spec, values.length)), values);
  }

  private Parameter bitmask(ParameterSpec spec, List<Integer> shape) {
    var prefix = BitmaskTensors.prefix(spec.name());
    var tensor = BitmaskTensors.read(file, prefix);
    if (!tensor.shape().equals(shape)) {
      throw file.error(
          "tensor %s: shape %s, expected %s".formatted(spec.name(), tensor.shape(), shape));
    }
    for (var part : BitmaskTensors.PARTS) {
      unread.remove(prefix + part);
    }
    var topology = Topology.of(spec.rows(), spec.columns(), tensor.positions());
    return filled(Parameter.sparse(spec, topology), tensor.values());
  }

  private Parameter masked(ParameterSpec spec, List<Integer> shape) {
    var values = values(spec.name(), shape);
    var columns = file.tensors().get(spec.name() + TopologyTensors.COLUMNS);
    var nonZeros = columns == null ? 0 : (int) Math.min(columns.size(), Integer.MAX_VALUE);
    return filled(Parameter.masked(spec, topology(spec, nonZeros)), values);
  }

  private Topology topology(ParameterSpec spec, int nonZeros) {
    var topology = TopologyTensors.read(file, spec, nonZeros);
    unread.remove(spec.name() + TopologyTensors.COLUMNS);
    unread.remove(spec.name() + TopologyTensors.ROW_STARTS);
    return topology;
  }

  private float[] values(String name, List<Integer> shape) {
    file.tensor(name, shape);
    unread.remove(name);
    return file.floats(name);
  }

  private static Parameter filled(Parameter parameter, float[] values) {
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }

  private String own(String key) {
    var value = metadata.remove(key);
    if (value == null) {
      throw file.error("no " + key + " in its metadata, expected a model written by Espalier");
    }
    return value;
  }

  private void requireAllRead(Network network) {
    if (!unread.isEmpty()) {
      var first = file.tensors().keySet().stream().filter(unread::contains).findFirst();
      throw file.error(
          "tensor " + first.orElseThrow() + " is not part of network " + network.name());
    }
  }
}
