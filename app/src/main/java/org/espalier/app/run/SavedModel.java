package org.espalier.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.recipe.StartChoice;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Normalisation;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.ModelMetadata;

/**
 * A trained network with what one must know to use it: how its input was normalised, what its
 * classes are called, and the recipe it came from.
 *
 * <p>All of it is in the model's file, as metadata, and the same run gives the same bytes: what
 * changes no bit of the weights is left out.
 */
public record SavedModel(Path file, Model model) {
  private static final String DATA = "data";

  /**
   * Reads the model of a run's folder, or a model file.
   *
   * @throws EspalierException if there is none, or it is damaged
   */
  public static SavedModel read(Path runOrFile) {
    if (!Files.exists(runOrFile)) {
      throw new EspalierException(
          runOrFile + ": no such file or folder, expected a run or a model file");
    }
    var folder = new RunFolder(runOrFile);
    if (!Files.isDirectory(runOrFile)) {
      return new SavedModel(runOrFile, Model.read(runOrFile));
    }
    if (!Files.exists(folder.model())) {
      throw new EspalierException(
          runOrFile
              + (folder.started()
                  ? ": the run is not finished, --resume continues it"
                  : ": expected the folder of a run, with a model.safetensors"));
    }
    return new SavedModel(folder.model(), Model.read(folder.model()));
  }

  /**
   * Writes a model that another program made, with what is known of it.
   *
   * @param source the file it comes from, of which name and hash are kept
   * @param data name of the data set it was made for, if known
   */
  public static SavedModel writeImported(
      Path file,
      Path source,
      Model imported,
      List<String> classes,
      Normalisation normalisation,
      Optional<String> data) {
    var metadata = new LinkedHashMap<>(imported.metadata());
    metadata.put("imported.file", String.valueOf(source.getFileName()));
    metadata.put("imported.sha256", StartChoice.sha256(source));
    data.ifPresent(name -> metadata.put(DATA, name));
    metadata.putAll(ModelMetadata.of(classes, normalisation));
    ModelFile.write(file, imported.network(), imported.parameters(), metadata);
    return read(file);
  }

  /** Writes the result of a training. */
  static void write(
      Path file,
      Recipe recipe,
      List<String> classes,
      Normalisation normalisation,
      Network network,
      Parameters parameters) {
    var metadata = new LinkedHashMap<>(ModelMetadata.of(classes, normalisation));
    metadata.put(ModelMetadata.RECIPE, Fingerprint.canonical(recipe));
    ModelFile.write(file, network, parameters, metadata);
  }

  public Network network() {
    return model.network();
  }

  /**
   * The keys of the recipe it came from; label, threads and the place of data are left open. Of a
   * model from elsewhere there is no more than the name of its data, if that.
   */
  public RecipeDraft draft() {
    var recipe = model.metadata().get(ModelMetadata.RECIPE);
    if (recipe == null) {
      var known =
          RecipeDraft.empty()
              .set("model", network().name())
              .set("method.name", "dense")
              .set("data.validation", 0);
      return data().map(name -> known.set("data.name", name)).orElse(known);
    }
    return RecipeDraft.parse(recipe, file + ", metadata " + ModelMetadata.RECIPE);
  }

  /** The data set that a model from elsewhere was made for. */
  private Optional<String> data() {
    return Optional.ofNullable(model.metadata().get(DATA));
  }

  /** Whether the model was trained on the data set of that name, part of which was held out. */
  public boolean trainedOn(String name) {
    return model.metadata().containsKey(ModelMetadata.RECIPE)
        && draft().resolve().data().name().equals(name);
  }

  /** Names of the classes, in the order of the logits; their numbers where nobody named them. */
  public List<String> classes() {
    return naming(() -> ModelMetadata.classes(model))
        .orElseGet(
            () -> IntStream.range(0, network().classes()).mapToObj(String::valueOf).toList());
  }

  /** How its input was normalised. */
  public Normalisation normalisation() {
    return naming(() -> ModelMetadata.normalisation(model))
        .orElseThrow(() -> missing(ModelMetadata.MEAN));
  }

  private <T> T naming(Supplier<T> metadata) {
    try {
      return metadata.get();
    } catch (EspalierException e) {
      throw new EspalierException(file + ": " + e.getMessage(), e);
    }
  }

  /** The network layer by layer, as it is stored. */
  public NetworkTable table() {
    return NetworkTable.of(network(), model.parameters()::stored);
  }

  /** All metadata but the format's own. */
  public Map<String, String> metadata() {
    return model.metadata();
  }

  private EspalierException missing(String key) {
    return new EspalierException(
        file + ": no metadata " + key + ", expected a model of a run, or one that import wrote");
  }
}
