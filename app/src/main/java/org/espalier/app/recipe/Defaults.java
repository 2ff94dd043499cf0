package org.espalier.app.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What recipes leave out, from the file {@code defaults.yaml} beside this class. */
final class Defaults {
  private static final ObjectNode FILE = file();

  private Defaults() {}

  /**
   * A complete tree for the data, model, optimizer and variants that {@code given} chooses.
   *
   * <p>Its keys are all the keys a recipe may have.
   */
  static ObjectNode around(ObjectNode given) {
    var tree = ((ObjectNode) FILE.get("recipe")).deepCopy();
    amend(tree, "data", Trees.text(given, "data.name"));
    amend(tree, "models", Trees.text(given, "model"));
    amend(tree, "optimizers", Trees.text(given, "optimizer.name"));
    FILE.get("variants")
        .properties()
        .forEach(choice -> complete(tree, given, choice.getKey(), choice.getValue()));
    return tree;
  }

  /** How long one usually trains a model on data of these names. */
  static String duration(String data, String model) {
    var given = Mappers.JSON.createObjectNode();
    Trees.put(given, "data.name", given.stringNode(data));
    Trees.put(given, "model", given.stringNode(model));
    return Trees.text(around(given), "duration");
  }

  private static void amend(ObjectNode tree, String kind, String name) {
    FILE.get(kind).properties().stream()
        .filter(entry -> name.matches(entry.getKey()))
        .forEach(entry -> Trees.overlay(tree, (ObjectNode) entry.getValue()));
  }

  /** Gives a section the keys of its variant, such as those of {@code optimizer.name: adam}. */
  private static void complete(ObjectNode tree, ObjectNode given, String path, JsonNode variants) {
    var section = path.substring(0, path.indexOf('.'));
    var key = path.substring(path.indexOf('.') + 1);
    var amended = (ObjectNode) tree.get(section);
    var asked = Trees.text(given, path);
    var chosen = asked.isEmpty() ? amended.get(key).asString() : asked;
    if (!variants.has(chosen)) {
      var names = List.copyOf(variants.propertyNames());
      throw new EspalierException(
          "unknown %s \"%s\"%s".formatted(path, chosen, Nearest.suggestion(chosen, names)));
    }
    var complete = tree.objectNode().put(key, chosen);
    complete.setAll((ObjectNode) variants.get(chosen).deepCopy());
    amended.properties().stream()
        .filter(entry -> complete.has(entry.getKey()) && !entry.getKey().equals(key))
        .forEach(entry -> complete.set(entry.getKey(), entry.getValue()));
    tree.set(section, complete);
  }

  private static ObjectNode file() {
    try (var in = Defaults.class.getResourceAsStream("defaults.yaml")) {
      if (in == null) {
        throw new IllegalStateException("defaults.yaml is missing beside " + Defaults.class);
      }
      return (ObjectNode) Mappers.YAML.readTree(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
