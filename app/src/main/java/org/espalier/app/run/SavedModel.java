package org.espalier.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.recipe.StartChoice;
import org.espalier.data.batch.Normalisation;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.esp.EspFile;

/**
 * A trained network with what one must know to use it: how its input was normalised, what its
 * classes are called, and the recipe it came from.
 *
 * <p>All of it is in the model's file, as metadata, and the same run gives the same bytes: what
 * changes no bit of the weights is left out.
 */
public record SavedModel(Path file, Model model) {
  private static final String RECIPE = "recipe";
  private static final String DATA = "data";
  private static final String CLASSES = "classes";
  private static final String MEAN = "normalisation.mean";
  private static final String DEVIATION = "normalisation.deviation";

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
      return new SavedModel(
          runOrFile,
          EspFile.recognises(runOrFile) ? EspFile.read(runOrFile) : ModelFile.read(runOrFile));
    }
    if (!Files.exists(folder.model())) {
      throw new EspalierException(
          runOrFile
              + (folder.started()
                  ? ": the run is not finished, --resume continues it"
                  : ": expected the folder of a run, with a model.safetensors"));
    }
    return new SavedModel(folder.model(), ModelFile.read(folder.model()));
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
    describe(metadata, classes, normalisation);
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
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(RECIPE, Fingerprint.canonical(recipe));
    describe(metadata, classes, normalisation);
    ModelFile.write(file, network, parameters, metadata);
  }

  private static void describe(
      Map<String, String> metadata, List<String> classes, Normalisation normalisation) {
    metadata.put(CLASSES, String.join("\n", classes));
    var mean = new float[normalisation.channels()];
    var deviation = new float[normalisation.channels()];
    for (var channel = 0; channel < mean.length; channel++) {
      mean[channel] = normalisation.mean(channel);
      deviation[channel] = normalisation.deviation(channel);
    }
    metadata.put(MEAN, text(mean));
    metadata.put(DEVIATION, text(deviation));
  }

  public Network network() {
    return model.network();
  }

  /**
   * The keys of the recipe it came from; label, threads and the place of data are left open. Of a
   * model from elsewhere there is no more than the name of its data, if that.
   */
  public RecipeDraft draft() {
    if (!model.metadata().containsKey(RECIPE)) {
      var known =
          RecipeDraft.empty()
              .set("model", network().name())
              .set("method.name", "dense")
              .set("data.validation", 0);
      return data().map(name -> known.set("data.name", name)).orElse(known);
    }
    return RecipeDraft.parse(entry(RECIPE), file + ", metadata " + RECIPE);
  }

  /** The data set that a model from elsewhere was made for. */
  private Optional<String> data() {
    return Optional.ofNullable(model.metadata().get(DATA));
  }

  /** Whether the model was trained on the data set of that name, part of which was held out. */
  public boolean trainedOn(String name) {
    return model.metadata().containsKey(RECIPE) && draft().resolve().data().name().equals(name);
  }

  /** Names of the classes, in the order of the logits. */
  public List<String> classes() {
    var classes = List.of(entry(CLASSES).split("\n", -1));
    if (classes.size() != network().output().size()) {
      throw new EspalierException(
          "%s: %d class names for %d logits"
              .formatted(file, classes.size(), network().output().size()));
    }
    return classes;
  }

  /** How its input was normalised. */
  public Normalisation normalisation() {
    return Normalisation.of(numbers(MEAN), numbers(DEVIATION));
  }

  /** The network layer by layer, as it is stored. */
  public NetworkTable table() {
    return NetworkTable.of(network(), model.parameters()::stored);
  }

  /** All metadata but the format's own. */
  public Map<String, String> metadata() {
    return model.metadata();
  }

  private String entry(String key) {
    var value = model.metadata().get(key);
    if (value == null) {
      throw new EspalierException(
          file + ": no metadata " + key + ", expected a model written by a run");
    }
    return value;
  }

  private static String text(float[] values) {
    var text = Arrays.toString(values);
    return text.substring(1, text.length() - 1);
  }

  private float[] numbers(String key) {
    var words = entry(key).split(",\\s*", -1);
    var numbers = new float[words.length];
    try {
      for (var i = 0; i < words.length; i++) {
        numbers[i] = Float.parseFloat(words[i]);
      }
    } catch (NumberFormatException e) {
      throw new EspalierException(file + ": metadata " + key + ": expected numbers", e);
    }
    return numbers;
  }
}
