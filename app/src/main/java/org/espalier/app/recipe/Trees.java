package org.espalier.app.recipe;

import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Recipes before they are bound: trees of keys, addressed by dotted paths. */
final class Trees {
  private Trees() {}

  /** The text at a dotted path, empty where there is none. */
  static String text(ObjectNode tree, String path) {
    JsonNode node = tree;
    for (var key : path.split("\\.", -1)) {
      node = node.path(key);
    }
    return node.isValueNode() && !node.isNull() ? node.asString() : "";
  }

  /** Whether there is anything at a dotted path. */
  static boolean has(ObjectNode tree, String path) {
    JsonNode node = tree;
    for (var key : path.split("\\.", -1)) {
      node = node.path(key);
    }
    return !node.isMissingNode() && !node.isNull();
  }

  /** Sets the value at a dotted path, making the sections it goes through. */
  static void put(ObjectNode tree, String path, JsonNode value) {
    var keys = path.split("\\.", -1);
    var section = tree;
    for (var i = 0; i < keys.length - 1; i++) {
      section = section(section, keys[i], path);
    }
    section.set(keys[keys.length - 1], value);
  }

  private static ObjectNode section(ObjectNode within, String key, String path) {
    return switch (within.get(key)) {
      case null -> within.putObject(key);
      case ObjectNode section -> section;
      default ->
          throw new EspalierException(path + ": " + key + " is a value, not a section with keys");
    };
  }

  /** Lays {@code upper} over {@code lower}: sections are merged, values replaced. */
  static void overlay(ObjectNode lower, ObjectNode upper) {
    for (Map.Entry<String, JsonNode> entry : upper.properties()) {
      if (lower.get(entry.getKey()) instanceof ObjectNode below
          && entry.getValue() instanceof ObjectNode above) {
        overlay(below, above);
      } else {
        lower.set(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * Refuses keys of {@code given} that {@code known} does not have, naming the nearest it has.
   *
   * @param open section whose keys somebody else checks
   */
  static void refuseUnknownKeys(ObjectNode given, ObjectNode known, String open) {
    refuseUnknownKeys(given, known, open, "");
  }

  private static void refuseUnknownKeys(
      ObjectNode given, ObjectNode known, String open, String prefix) {
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      var path = prefix + entry.getKey();
      var expected = known.get(entry.getKey());
      if (expected == null) {
        throw new EspalierException(
            "unknown recipe key "
                + path
                + Nearest.suggestion(entry.getKey(), List.copyOf(known.propertyNames())));
      }
      if (path.equals(open)) {
        continue;
      }
      if (expected instanceof ObjectNode section) {
        if (!(entry.getValue() instanceof ObjectNode keys)) {
          throw new EspalierException(
              "recipe key %s: expected a section with keys %s, found %s"
                  .formatted(path, String.join(", ", section.propertyNames()), entry.getValue()));
        }
        refuseUnknownKeys(keys, section, open, path + ".");
      }
    }
  }
}
