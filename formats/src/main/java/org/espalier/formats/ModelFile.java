package org.espalier.formats;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;

/**
 * Models as safetensors files; {@code docs/formats.md} describes them for other programs.
 *
 * <p>Dense parameters are tensors with the names and shapes of PyTorch. A sparse parameter {@code
 * NAME} is {@code NAME.values}, one F32 per non-zero, beside its topology; a masked one is the
 * dense tensor beside its topology. The same model gives the same bytes.
 */
public final class ModelFile {
  /** Prefix of the metadata keys that belong to the format. */
  static final String RESERVED = "espalier.";

  static final String VERSION = RESERVED + "version";
  static final String NETWORK = RESERVED + "network";
  static final String STORAGE = RESERVED + "storage.";
  static final String CURRENT_VERSION = "1";

  /** Where other programs look whose layout the tensors have. */
  static final String LAYOUT = "format";

  static final String VALUES = ".values";

  /** The storage of sparse tensors whose positions are bits. */
  static final String BITMASK = "bitmask";

  private ModelFile() {}

  /**
   * Writes a model as it is held: sparse parameters take space for their non-zeros alone.
   *
   * @param metadata free text by key; {@code format} and keys that begin with {@code espalier.} are
   *     the format's own
   */
  public static void write(
      Path target, Network network, Parameters parameters, Map<String, String> metadata) {
    var file = new SafetensorsWriter();
    var entries = entries(network, metadata);
    var shapes = TensorShapes.of(network);
    for (var spec : network.parameters()) {
      var parameter = parameters.of(spec.name());
      var name = spec.name();
      var shape = shapes.getOrDefault(name, List.of());
      if (parameter.storage() == Storage.SPARSE) {
        file.add(name + VALUES, List.of(parameter.stored()), parameter.values());
      } else {
        file.add(name, shape, parameter.values());
      }
      if (parameter.storage() != Storage.DENSE) {
        TopologyTensors.add(file, name, parameter.topology());
        entries.put(STORAGE + name, storage(parameter.storage(), shape));
      }
    }
    file.write(target, entries);
  }

  /**
   * Writes a model with every tensor dense and zeros for absent weights, as PyTorch loads it;
   * {@link #read} takes it too.
   *
   * @param metadata as in {@link #write}
   */
  public static void writeDense(
      Path target, Network network, Parameters parameters, Map<String, String> metadata) {
    var file = new SafetensorsWriter();
    var entries = entries(network, metadata);
    entries.put(LAYOUT, "pt");
    var shapes = TensorShapes.of(network);
    for (var spec : network.parameters()) {
      var shape = shapes.getOrDefault(spec.name(), List.of());
      file.add(spec.name(), shape, parameters.of(spec.name()).toDense());
    }
    file.write(target, entries);
  }

  /**
   * Writes a model with its sparse tensors as non-zeros and bits, in the {@code sparse-bitmask}
   * layout of compressed-tensors; {@link #read} takes it too.
   *
   * @param metadata as in {@link #write}
   */
  public static void writeBitmask(
      Path target, Network network, Parameters parameters, Map<String, String> metadata) {
    var file = new SafetensorsWriter();
    var entries = entries(network, metadata);
    entries.put(LAYOUT, "pt");
    var shapes = TensorShapes.of(network);
    for (var spec : network.parameters()) {
      var parameter = parameters.of(spec.name());
      var shape = shapes.getOrDefault(spec.name(), List.of());
      if (parameter.storage() == Storage.DENSE) {
        file.add(spec.name(), shape, parameter.values());
      } else {
        BitmaskTensors.add(file, parameter, shape);
        entries.put(STORAGE + spec.name(), BITMASK);
      }
    }
    file.write(target, entries);
  }

  /**
   * Reads what {@link #write} or {@link #writeDense} wrote.
   *
   * @throws org.espalier.engine.EspalierException naming the file, the tensor, what was found and
   *     what was expected
   */
  public static Model read(Path path) {
    try (var file = SafetensorsFile.open(path)) {
      return new ModelReader(file).model();
    }
  }

  /** Whether a safetensors file has a network, which those of other programs do not. */
  public static boolean isModel(SafetensorsFile file) {
    return file.metadata().containsKey(NETWORK);
  }

  /** The text by which a file says how a parameter is stored, such as {@code sparse 300x784}. */
  static String storage(Storage storage, List<Integer> shape) {
    return shape.stream()
        .map(String::valueOf)
        .collect(Collectors.joining("x", storage.name().toLowerCase(Locale.ROOT) + " ", ""));
  }

  private static Map<String, String> entries(Network network, Map<String, String> metadata) {
    for (var key : metadata.keySet()) {
      if (key.startsWith(RESERVED) || key.equals(LAYOUT)) {
        throw new IllegalArgumentException("metadata key " + key + " is the format's own");
      }
    }
    var entries = new HashMap<>(metadata);
    entries.put(VERSION, CURRENT_VERSION);
    entries.put(NETWORK, NetworkText.write(network));
    return entries;
  }
}
