package org.espalier.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.numpy.NpzFile;

/**
 * The tensors of a network without the network, as other programs keep them, by name.
 *
 * @param sparse those that a file holds as non-zeros and bits
 */
public record StateDict(Map<String, Tensor> dense, Map<String, SparseTensor> sparse) {
  /** A counter that PyTorch keeps in batch normalisation; it takes no part in inference. */
  private static final String BATCHES = ".num_batches_tracked";

  public StateDict {
    dense = new LinkedHashMap<>(dense);
    sparse = new LinkedHashMap<>(sparse);
  }

  /**
   * Reads a safetensors file, with or without bitmasks, or an NPZ archive, told by its content.
   *
   * @throws EspalierException if it is neither, or damaged; of PyTorch's pickles it says how to
   *     convert them, for reading one can run any program
   */
  public static StateDict read(Path path) {
    if (NpzFile.recognises(path)) {
      return new StateDict(NpzFile.read(path), Map.of());
    }
    var start = start(path);
    if (start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
      throw new EspalierException(path + ": a pickle, as PyTorch writes it; " + CONVERT);
    }
    try (var file = SafetensorsFile.open(path)) {
      return of(file);
    }
  }

  /** What to do with files of PyTorch. */
  public static final String CONVERT =
      "expected safetensors: safetensors.torch.save_file(torch.load(FILE, weights_only=True), NEW)"
          + " makes it";

  private static byte[] start(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(2);
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    }
  }

  /** The tensors of a model, dense, with names and shapes as PyTorch has them. */
  public static StateDict of(Model model) {
    var dense = new LinkedHashMap<String, Tensor>();
    var shapes = TensorShapes.of(model.network());
    for (var parameter : model.parameters()) {
      var shape = shapes.getOrDefault(parameter.name(), List.of());
      dense.put(parameter.name(), new Tensor(shape, parameter.toDense()));
    }
    return new StateDict(dense, Map.of());
  }

  private static StateDict of(SafetensorsFile file) {
    var dense = new LinkedHashMap<String, Tensor>();
    var sparse = new LinkedHashMap<String, SparseTensor>();
    var parts = new HashSet<String>();
    for (var name : file.tensors().keySet()) {
      var parameter = BitmaskTensors.parameter(name);
      if (parameter.isPresent()) {
        var prefix = name.substring(0, name.length() - BitmaskTensors.VALUES.length());
        sparse.put(parameter.get(), BitmaskTensors.read(file, prefix));
        BitmaskTensors.PARTS.forEach(part -> parts.add(prefix + part));
      }
    }
    for (var info : file.tensors().values()) {
      if (!parts.contains(info.name()) && !info.name().endsWith(BATCHES)) {
        dense.put(info.name(), new Tensor(info.shape(), file.floats(info.name())));
      }
    }
    return new StateDict(dense, sparse);
  }

  /** The same tensors under other names. */
  public StateDict renamed(UnaryOperator<String> names) {
    var others = new StateDict(Map.of(), Map.of());
    dense.forEach((name, tensor) -> put(others.dense, names.apply(name), tensor));
    sparse.forEach((name, tensor) -> put(others.sparse, names.apply(name), tensor));
    return others;
  }

  private static <T> void put(Map<String, T> tensors, String name, T tensor) {
    if (tensors.put(name, tensor) != null) {
      throw new EspalierException("two tensors would be renamed " + name + ", expected one");
    }
  }

  /**
   * These tensors as the parameters of a network, whose names and shapes must be theirs.
   *
   * @throws EspalierException naming the first tensor that is missing, too many, of another shape
   *     or not finite
   */
  public Parameters parameters(Network network) {
    var shapes = TensorShapes.of(network);
    var unread = new HashSet<>(dense.keySet());
    unread.addAll(sparse.keySet());
    var parameters =
        new Parameters(
            network,
            spec -> {
              unread.remove(spec.name());
              return parameter(spec, shapes.getOrDefault(spec.name(), List.of()));
            });
    unread.removeIf(name -> name.endsWith(BATCHES));
    var further = unread.stream().sorted().findFirst();
    further.ifPresent(
        name -> {
          throw new EspalierException(
              "tensor %s is not part of network %s, expected none but its own"
                  .formatted(name, network.name()));
        });
    return parameters;
  }

  private Parameter parameter(ParameterSpec spec, List<Integer> shape) {
    var tensor = dense.get(spec.name());
    if (tensor != null) {
      require(spec.name(), tensor.shape(), tensor.values(), shape);
      return filled(Parameter.dense(spec), tensor.values());
    }
    var entries = sparse.get(spec.name());
    if (entries == null || !spec.prunable()) {
      var known = new HashSet<>(dense.keySet());
      known.addAll(sparse.keySet());
      throw new EspalierException(
          "tensor %s is missing, expected shape %s%s"
              .formatted(spec.name(), shape, Nearest.hint(spec.name(), known)));
    }
    require(spec.name(), entries.shape(), entries.values(), shape);
    var topology = Topology.of(spec.rows(), spec.columns(), entries.positions());
    return filled(Parameter.sparse(spec, topology), entries.values());
  }

  private static void require(
      String name, List<Integer> found, float[] values, List<Integer> expected) {
    if (!found.equals(expected)) {
      throw new EspalierException(
          "tensor %s: shape %s, expected %s".formatted(name, found, expected));
    }
    for (var i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new EspalierException(
            "tensor %s: element %d is %s, expected finite floats".formatted(name, i, values[i]));
      }
    }
  }

  private static Parameter filled(Parameter parameter, float[] values) {
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }
}
