package org.espalier.app.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.parameter.Storage;
import org.espalier.methods.Methods;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Methods × sparsities × seeds over a common recipe.
 *
 * @param recipe keys that all runs share, as in a recipe
 * @param methods names, or names with settings; a dense one runs once per seed
 * @param sparsities 0 &lt; s &lt; 1
 * @param seeds such as {@code 1,2,3} or {@code 1..3}
 */
public record Sweep(
    Map<String, Object> recipe, List<Object> methods, List<Double> sparsities, String seeds) {
  private static final long LARGEST_FILE = 1 << 20;
  private static final long MOST_SEEDS = 1000;

  /** Every key of a sweep file, with what stands for it where it is absent. */
  private static final Map<String, Object> DEFAULTS =
      Map.of("recipe", Map.of(), "methods", List.of(), "sparsities", List.of(), "seeds", "1..3");

  private static final TypeReference<Map<String, Object>> KEYS = new TypeReference<>() {};
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");

  /**
   * One run to be made.
   *
   * @param method its name, with the settings the sweep gives it
   * @param sparsity asked for, 0 for a dense network
   */
  public record Cell(String method, double sparsity, Recipe recipe) {}

  public Sweep {
    recipe = new LinkedHashMap<>(recipe);
    methods = methods.stream().distinct().toList(); // or one run would count as two
    sparsities = sparsities.stream().distinct().toList();
    for (var sparsity : sparsities) {
      if (!(sparsity > 0 && sparsity < 1)) {
        throw new EspalierException("sparsity " + sparsity + ": expected 0 < sparsity < 1");
      }
    }
  }

  /**
   * Reads a sweep file.
   *
   * @throws EspalierException if it is no sweep
   */
  public static Sweep read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new EspalierException("larger than 1 MiB, expected a sweep");
      }
      return of(Mappers.YAML.readValue(Files.readString(file), KEYS));
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    } catch (JacksonException e) {
      var reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new EspalierException(file + ": expected the keys of a sweep: " + reason, e);
    } catch (EspalierException e) {
      throw new EspalierException(file + ": " + e.getMessage(), e);
    }
  }

  private static Sweep of(Map<String, Object> keys) {
    for (var key : keys.keySet()) {
      if (!DEFAULTS.containsKey(key)) {
        throw new EspalierException("unknown key " + key + Nearest.hint(key, DEFAULTS.keySet()));
      }
    }
    var all = new HashMap<>(DEFAULTS);
    keys.forEach(
        (key, value) -> {
          if (value != null) { // a key without a value is as good as none
            all.put(key, value);
          }
        });
    if (all.get("recipe") instanceof Map<?, ?> recipe
        && all.get("methods") instanceof List<?> methods
        && all.get("sparsities") instanceof List<?> sparsities) {
      var shared = new LinkedHashMap<String, Object>();
      recipe.forEach((key, value) -> shared.put(String.valueOf(key), value));
      return new Sweep(
          shared,
          methods.stream().map(Sweep::method).toList(),
          sparsities.stream().map(Sweep::number).toList(),
          seedText(all.get("seeds")));
    }
    throw new EspalierException("expected recipe with keys, and lists of methods and sparsities");
  }

  private static Object method(@Nullable Object value) {
    if (value == null) {
      throw new EspalierException("methods: an entry without a value, expected the name of one");
    }
    return value;
  }

  private static double number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new EspalierException("sparsity " + value + ": expected a number");
  }

  private static String seedText(@Nullable Object seeds) {
    return seeds instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(seeds);
  }

  /**
   * All runs, those of one seed together.
   *
   * @param common what all recipes begin with, {@link #recipe} and more
   * @throws EspalierException if there is no method, or settings of one for all of them
   */
  public List<Cell> cells(RecipeDraft common) {
    if (methods.isEmpty()) {
      throw new EspalierException("methods: expected at least one");
    }
    if (common.has("method")) {
      throw new EspalierException(
          "method: expected settings of methods with their names, as in methods: [{name: rigl,"
              + " block: 2x2}]");
    }
    var cells = new ArrayList<Cell>();
    for (var seed : seedNumbers()) {
      for (var method : methods) {
        cells.addAll(cells(common.set("seed", seed), method));
      }
    }
    return cells;
  }

  private List<Cell> cells(RecipeDraft seeded, Object method) {
    var choice =
        method instanceof Map<?, ?> keys
            ? choice(keys)
            : new MethodChoice(method.toString(), Map.of());
    var draft = seeded.set("method", choice.keys());
    if (Methods.named(choice.name()).storage() == Storage.DENSE) {
      return List.of(new Cell(label(choice), 0, draft.resolve()));
    }
    if (sparsities.isEmpty()) {
      throw new EspalierException("sparsities: expected at least one for " + choice.name());
    }
    return sparsities.stream()
        .map(
            sparsity ->
                new Cell(label(choice), sparsity, draft.set("method.sparsity", sparsity).resolve()))
        .toList();
  }

  private static MethodChoice choice(Map<?, ?> keys) {
    var texts = new LinkedHashMap<String, Object>();
    keys.forEach((key, value) -> texts.put(String.valueOf(key), value));
    return MethodChoice.of(texts);
  }

  private static String label(MethodChoice choice) {
    var label = new StringBuilder(choice.name());
    choice
        .settings()
        .forEach((name, value) -> label.append(' ').append(name).append('=').append(value));
    return label.toString();
  }

  /** The draft that all runs begin with. */
  public RecipeDraft common() {
    var draft = RecipeDraft.empty();
    for (var key : recipe.entrySet()) {
      draft = draft.set(key.getKey(), key.getValue());
    }
    return draft;
  }

  List<Long> seedNumbers() {
    var range = RANGE.matcher(seeds.strip());
    if (range.matches()) {
      var first = Long.parseLong(range.group(1));
      var last = Long.parseLong(range.group(2));
      if (first > last || last - first >= MOST_SEEDS) {
        throw new EspalierException("seeds " + seeds + ": expected a range of 1 to 1000 seeds");
      }
      return LongStream.rangeClosed(first, last).boxed().toList();
    }
    try {
      return Pattern.compile(",")
          .splitAsStream(seeds)
          .map(String::strip)
          .map(Long::valueOf)
          .distinct()
          .toList();
    } catch (NumberFormatException e) {
      throw new EspalierException("seeds " + seeds + ": expected such as 1..3 or 1,2,5", e);
    }
  }
}
