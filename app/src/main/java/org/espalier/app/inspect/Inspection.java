package org.espalier.app.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.NetworkTable;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.ModelFormat;
import org.espalier.formats.SafetensorsFile;
import org.espalier.formats.StateDict;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.TensorShapes;
import org.espalier.formats.numpy.NpyFile;
import org.espalier.formats.numpy.NpzFile;

/**
 * What a file holds.
 *
 * @param bytes of the file
 * @param format as users know it
 * @param model the network, in files that have one and not its tensors alone
 */
public record Inspection(
    Path file,
    long bytes,
    String format,
    Optional<Model> model,
    List<TensorInspection> tensors,
    Map<String, String> metadata) {

  /**
   * Looks into the folder of a run, a model file, or a file of tensors.
   *
   * @throws EspalierException if there is none, or it is damaged
   */
  public static Inspection of(Path runOrFile) {
    return Files.isRegularFile(runOrFile)
        ? tensorsAlone(runOrFile).orElseGet(() -> model(SavedModel.read(runOrFile)))
        : model(SavedModel.read(runOrFile));
  }

  /** What a file holds that says nothing of a network. */
  private static Optional<Inspection> tensorsAlone(Path file) {
    if (NpyFile.recognises(file)) {
      var name = file.getFileName().toString();
      var array = new StateDict(Map.of(name, NpyFile.read(file)), Map.of());
      var stored = List.of(new StoredTensor(name, "npy", bytes(file), 0));
      return Optional.of(tensorsAlone(file, "npy", array, stored, Map.of()));
    }
    if (NpzFile.recognises(file)) {
      var arrays = StateDict.read(file);
      return Optional.of(tensorsAlone(file, "npz", arrays, NpzFile.tensors(file), Map.of()));
    }
    if (ModelFormat.SAFETENSORS.recognises(file)) {
      try (var tensors = SafetensorsFile.open(file)) {
        if (!ModelFile.isModel(tensors)) {
          var state = StateDict.read(file);
          var format = ModelFormat.SAFETENSORS.toString();
          return Optional.of(
              tensorsAlone(file, format, state, StoredTensor.of(file), tensors.metadata()));
        }
      }
    }
    return Optional.empty();
  }

  private static Inspection model(SavedModel saved) {
    var file = saved.file();
    var stored = byName(StoredTensor.of(file));
    var shapes = TensorShapes.of(saved.network());
    var tensors =
        saved.network().parameters().stream()
            .map(
                spec ->
                    TensorInspection.of(
                        saved.model().parameters().of(spec.name()),
                        shapes.getOrDefault(spec.name(), List.of()),
                        Optional.ofNullable(stored.get(spec.name()))))
            .toList();
    return new Inspection(
        file,
        bytes(file),
        ModelFormat.of(file).toString(),
        Optional.of(saved.model()),
        tensors,
        saved.metadata());
  }

  private static Inspection tensorsAlone(
      Path file,
      String format,
      StateDict state,
      List<StoredTensor> storage,
      Map<String, String> metadata) {
    var stored = byName(storage);
    var tensors = new ArrayList<TensorInspection>();
    state
        .dense()
        .forEach(
            (name, tensor) ->
                tensors.add(
                    TensorInspection.of(name, tensor, Optional.ofNullable(stored.get(name)))));
    state
        .sparse()
        .forEach(
            (name, tensor) ->
                tensors.add(
                    TensorInspection.of(name, tensor, Optional.ofNullable(stored.get(name)))));
    return new Inspection(file, bytes(file), format, Optional.empty(), tensors, metadata);
  }

  private static Map<String, StoredTensor> byName(List<StoredTensor> tensors) {
    var stored = new HashMap<String, StoredTensor>();
    tensors.forEach(tensor -> stored.put(tensor.name(), tensor));
    return stored;
  }

  /** The network layer by layer, as it is stored. */
  public Optional<NetworkTable> table() {
    return model.map(it -> NetworkTable.of(it.network(), it.parameters()::stored));
  }

  /** The tensors that methods make sparse. */
  public List<TensorInspection> weights() {
    return tensors.stream().filter(TensorInspection::weight).toList();
  }

  /** Bits of the file for each of its values, absent ones included. */
  public double bitsPerParameter() {
    return 8.0 * bytes / tensors.stream().mapToLong(TensorInspection::size).sum();
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    }
  }
}
