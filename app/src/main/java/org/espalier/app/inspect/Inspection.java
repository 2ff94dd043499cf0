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
    if (Files.isRegularFile(runOrFile) && ModelFormat.of(runOrFile) == ModelFormat.SAFETENSORS) {
      try (var file = SafetensorsFile.open(runOrFile)) {
        if (!ModelFile.isModel(file)) {
          return tensorsAlone(runOrFile, file);
        }
      }
    }
    return model(SavedModel.read(runOrFile));
  }

  private static Inspection model(SavedModel saved) {
    var file = saved.file();
    var stored = stored(file);
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

  private static Inspection tensorsAlone(Path path, SafetensorsFile file) {
    var stored = stored(path);
    var state = StateDict.read(path);
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
    return new Inspection(
        path,
        bytes(path),
        ModelFormat.SAFETENSORS.toString(),
        Optional.empty(),
        tensors,
        file.metadata());
  }

  private static Map<String, StoredTensor> stored(Path file) {
    var stored = new HashMap<String, StoredTensor>();
    StoredTensor.of(file).forEach(tensor -> stored.put(tensor.name(), tensor));
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
