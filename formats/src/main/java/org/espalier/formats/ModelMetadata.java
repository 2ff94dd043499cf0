package org.espalier.formats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.engine.EspalierException;
import org.espalier.engine.training.Normalisation;

/** What the metadata of a model say about its use; a model from elsewhere may say nothing. */
public final class ModelMetadata {
  /** The recipe of the run that a model comes from. */
  public static final String RECIPE = "recipe";

  /** Names of the classes in the order of the logits, one per line. */
  public static final String CLASSES = "classes";

  /** Mean and deviation of each channel of the input, with commas between them. */
  public static final String MEAN = "normalisation.mean";

  public static final String DEVIATION = "normalisation.deviation";

  private ModelMetadata() {}

  /** The entries that say what the classes are called and how the input was normalised. */
  public static Map<String, String> of(List<String> classes, Normalisation normalisation) {
    var mean = new float[normalisation.channels()];
    var deviation = new float[normalisation.channels()];
    for (var channel = 0; channel < mean.length; channel++) {
      mean[channel] = normalisation.mean(channel);
      deviation[channel] = normalisation.deviation(channel);
    }
    var entries = new LinkedHashMap<String, String>();
    entries.put(CLASSES, String.join("\n", classes));
    entries.put(MEAN, text(mean));
    entries.put(DEVIATION, text(deviation));
    return entries;
  }

  /**
   * Names of the classes in the order of the logits, if the model has them.
   *
   * @throws EspalierException if they are not as many as the logits
   */
  public static Optional<List<String>> classes(Model model) {
    return entry(model, CLASSES)
        .map(
            text -> {
              var classes = List.of(text.split("\n", -1));
              var logits = model.network().output().size();
              if (classes.size() != logits) {
                throw new EspalierException(
                    "metadata %s: %d class names for %d logits"
                        .formatted(CLASSES, classes.size(), logits));
              }
              return classes;
            });
  }

  /**
   * How the input was normalised, if the model says so.
   *
   * @throws EspalierException if it is not said for each channel of the input
   */
  public static Optional<Normalisation> normalisation(Model model) {
    var mean = entry(model, MEAN);
    var deviation = entry(model, DEVIATION);
    if (mean.isEmpty() && deviation.isEmpty()) {
      return Optional.empty();
    }
    var normalisation =
        Normalisation.of(numbers(MEAN, mean.orElse("")), numbers(DEVIATION, deviation.orElse("")));
    var channels = model.network().input().channels();
    if (normalisation.channels() != channels) {
      throw new EspalierException(
          "metadata %s: %d channels, expected the %d of the input"
              .formatted(MEAN, normalisation.channels(), channels));
    }
    return Optional.of(normalisation);
  }

  private static Optional<String> entry(Model model, String key) {
    return Optional.ofNullable(model.metadata().get(key));
  }

  private static String text(float[] values) {
    var text = Arrays.toString(values);
    return text.substring(1, text.length() - 1);
  }

  private static float[] numbers(String key, String text) {
    var words = text.split(",\\s*", -1);
    var numbers = new float[words.length];
    try {
      for (var i = 0; i < words.length; i++) {
        numbers[i] = Float.parseFloat(words[i]);
      }
    } catch (NumberFormatException e) {
      throw new EspalierException(
          "metadata " + key + ": '" + text + "', expected numbers with commas between them", e);
    }
    return numbers;
  }
}
