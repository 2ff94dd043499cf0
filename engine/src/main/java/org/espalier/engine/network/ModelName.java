package org.espalier.engine.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;

/**
 * A model's name taken apart: {@code wrn-22-2:dropout=0.3} is base {@code wrn-22-2} with an option.
 *
 * @param text as the user wrote it
 * @param detail what follows the colon, empty if nothing
 * @param known the options it may have
 */
record ModelName(String text, String base, String detail, Set<String> known) {

  static ModelName parse(String text) {
    var colon = text.indexOf(':');
    return colon < 0
        ? new ModelName(text, text, "", Set.of())
        : new ModelName(text, text.substring(0, colon), text.substring(colon + 1), Set.of());
  }

  /** The numbers in the base, in order: 22 and 2 for {@code wrn-22-2}. */
  int number(int index) {
    var numbers = base.replaceAll("^[^-]*-", "").split("-", -1);
    return Integer.parseInt(numbers[index]);
  }

  /** The same name with these options allowed. */
  ModelName allowing(String... options) {
    return new ModelName(text, base, detail, new TreeSet<>(List.of(options)));
  }

  /** One of several words among the options, or the first of them. */
  String choice(String option, List<String> words) {
    var value = options().getOrDefault(option, words.getFirst());
    if (!words.contains(value)) {
      throw new EspalierException(
          option + " '" + value + "', expected " + String.join(" or ", words));
    }
    return value;
  }

  /** A whole number among the options, or the default. */
  int option(String option, int otherwise, int least, int most) {
    return (int) number(option, otherwise, least, most, true);
  }

  /** A fraction among the options, 0 ≤ value &lt; 1, or the default. */
  double fraction(String option, double otherwise) {
    return number(option, otherwise, 0, Math.nextDown(1.0), false);
  }

  private double number(String option, double otherwise, double least, double most, boolean whole) {
    var value = options().get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      var number = whole ? Integer.parseInt(value) : Double.parseDouble(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // refused below, like a number out of range
    }
    throw new EspalierException(
        option
            + " '"
            + value
            + "', expected "
            + (whole ? (int) least + " to " + (int) most : "0 ≤ " + option + " < 1"));
  }

  /** The options by name, of which only the known ones are allowed. */
  private Map<String, String> options() {
    var options = new LinkedHashMap<String, String>();
    for (var word : detail.isEmpty() ? new String[0] : detail.split(",", -1)) {
      var equals = word.indexOf('=');
      var option = equals < 0 ? word : word.substring(0, equals);
      if (!known.contains(option)) {
        throw new EspalierException(
            "unknown option '"
                + option
                + "', expected "
                + (known.isEmpty() ? "none" : String.join(", ", known))
                + Nearest.hint(option, known));
      }
      if (equals < 0 || options.put(option, word.substring(equals + 1)) != null) {
        throw new EspalierException("option '" + word + "', expected " + option + "=VALUE once");
      }
    }
    return options;
  }

  /** Refuses any option, for models that have none. */
  ModelName plain() {
    options();
    return this;
  }
}
