package org.espalier.app.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.node.ObjectNode;

/** A recipe being put together from a file and overrides, until {@link #resolve} completes it. */
public final class RecipeDraft {
  private static final long LARGEST_FILE = 1 << 20;
  private static final String[] REQUIRED = {"data.name", "model", "method.name"};

  private final ObjectNode keys;

  private RecipeDraft(ObjectNode keys) {
    this.keys = keys;
  }

  public static RecipeDraft empty() {
    return new RecipeDraft(Mappers.JSON.createObjectNode());
  }

  /** The keys of a YAML file. */
  public static RecipeDraft read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new EspalierException(file + ": larger than 1 MiB, expected a recipe");
      }
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new EspalierException(file + ": " + DurableFile.reason(e) + ", expected a recipe", e);
    }
  }

  /** The keys in a text; {@code source} is its name in errors. */
  public static RecipeDraft parse(String yaml, String source) {
    try {
      if (Mappers.YAML.readTree(yaml) instanceof ObjectNode keys) {
        return new RecipeDraft(keys);
      }
    } catch (JacksonException e) {
      throw new EspalierException(source + ": " + plain(e), e);
    }
    throw new EspalierException(source + ": expected a recipe, keys with values");
  }

  /**
   * Applies an override such as {@code method.sparsity=0.95}; the value is read as YAML.
   *
   * @throws EspalierException if it has no {@code =}, or the value is no YAML
   */
  public RecipeDraft set(String assignment) {
    var equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new EspalierException("--set " + assignment + ": expected key=value");
    }
    var path = assignment.substring(0, equals).strip();
    try {
      return set(path, Mappers.YAML.readTree(assignment.substring(equals + 1)));
    } catch (JacksonException e) {
      throw new EspalierException("--set " + assignment + ": " + plain(e), e);
    }
  }

  /** Sets one key to a text, a number or a truth value. */
  public RecipeDraft set(String path, Object value) {
    JsonNode node = value instanceof JsonNode tree ? tree : Mappers.JSON.valueToTree(value);
    var next = keys.deepCopy();
    Trees.put(next, path, node);
    return new RecipeDraft(next);
  }

  /** Whether there is a value, or a section, of that name. */
  public boolean has(String path) {
    return Trees.has(keys, path);
  }

  /** Completes the recipe by the defaults of its data and model, and checks every key. */
  public Recipe resolve() {
    var keys = StartChoice.completed(this.keys);
    var complete = Defaults.around(keys);
    Trees.refuseUnknownKeys(keys, complete, "method");
    for (var required : REQUIRED) {
      if (Trees.text(keys, required).isEmpty()) {
        throw new EspalierException("the recipe has no " + required);
      }
    }
    Trees.overlay(complete, keys);
    complete.set("method", resolvedMethod(complete.get("method")));
    if (Trees.text(complete, "name").isEmpty()) {
      complete.put("name", label(complete));
    }
    try {
      return Mappers.JSON.treeToValue(complete, Recipe.class);
    } catch (DatabindException e) {
      throw refused(e, "", complete);
    }
  }

  /** The method's own settings with the defaults of its paper; the method checks its keys. */
  private static JsonNode resolvedMethod(JsonNode given) {
    try {
      var choice = Mappers.JSON.treeToValue(given, MethodChoice.class);
      return Mappers.JSON.valueToTree(choice.resolved());
    } catch (DatabindException e) {
      throw refused(e, "method", given);
    }
  }

  /** The resolved recipe as a file that gives the same recipe again. */
  public static String write(Recipe recipe) {
    return Mappers.YAML.writeValueAsString(recipe);
  }

  private static String label(ObjectNode tree) {
    var sparsity = Trees.text(tree, "method.sparsity");
    var parts =
        List.of(
            Trees.text(tree, "data.name"),
            Trees.text(tree, "model"),
            Trees.text(tree, "method.name"));
    return (String.join("-", parts) + (sparsity.isEmpty() ? "" : "-" + sparsity))
        .replaceAll("[^A-Za-z0-9._+-]+", "-");
  }

  /** Names the key below {@code at}, where {@code tree} lies in the recipe. */
  private static EspalierException refused(DatabindException e, String at, JsonNode tree) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EspalierException explained) {
        return explained;
      }
    }
    JsonNode found = tree;
    var path = new StringJoiner(".");
    if (!at.isEmpty()) {
      path.add(at);
    }
    for (var step : e.getPath()) {
      var name = step.getPropertyName();
      path.add(name == null ? String.valueOf(step.getIndex()) : name);
      found = name == null ? found.path(step.getIndex()) : found.path(name);
    }
    var expected =
        e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
            ? "expected " + kind(mismatch.getTargetType()) + ", found " + found
            : plain(e);
    return new EspalierException("recipe key " + path + ": " + expected, e);
  }

  private static String kind(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + List.of(type.getEnumConstants()).stream()
              .map(value -> Mappers.JSON.valueToTree(value).asString())
              .collect(Collectors.joining(", "));
    }
    return KINDS.getOrDefault(type, "a value of another kind");
  }

  private static final Map<Class<?>, String> KINDS =
      Map.of(
          int.class, "a whole number",
          long.class, "a whole number",
          double.class, "a number",
          boolean.class, "true or false",
          String.class, "a text");

  /** The message of Jackson without its excerpt of the source, on one line. */
  private static String plain(JacksonException e) {
    var where = e.getLocation();
    var line = where == null || where.getLineNr() < 1 ? "" : "line " + where.getLineNr() + ": ";
    return line + e.getOriginalMessage().lines().findFirst().orElse("not valid YAML");
  }
}
