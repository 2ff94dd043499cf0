package org.espalier.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.data.batch.Normalisation;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;

/**
 * A trained network with what one must know to use it: how its input was normalised, what its
 * classes are called, and the recipe it came from.
 *
 * <p>All of it is in the model's file, as metadata, and the same run gives the same bytes: what
 * changes no bit of the weights is left out.
 */
public record SavedModel(Path file, Model model) {
  private static final String RECIPE = "recipe";
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
      return new SavedModel(runOrFile, ModelFile.read(runOrFile));
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
    metadata.put(CLASSES, String.join("\n", classes));
    var mean = new float[normalisation.channels()];
    var deviation = new float[normalisation.channels()];
    for (var channel = 0; channel < mean.length; channel++) {
      mean[channel] = normalisation.mean(channel);
      deviation[channel] = normalisation.deviation(channel);
    }
    metadata.put(MEAN, text(mean));
    metadata.put(DEVIATION, text(deviation));
    ModelFile.write(file, network, parameters, metadata);
  }

  public Network network() {
    return model.network();
  }

  /** The keys of the recipe it came from; label, threads and the place of data are left open. */
  public RecipeDraft draft() {
    return RecipeDraft.parse(entry(RECIPE), file + ", metadata " + RECIPE);
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
