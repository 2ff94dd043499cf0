package org.espalier.app.recipe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import org.espalier.engine.parameter.Block;
import tools.jackson.databind.node.ObjectNode;

/** The hash of what determines the bits of a run, the same for every spelling of one recipe. */
public final class Fingerprint {
  private static final String BLOCK = "block";

  private Fingerprint() {}

  /** SHA-256 of the {@linkplain #canonical canonical} recipe, 64 hexadecimal digits. */
  public static String of(Recipe recipe) {
    var canonical = canonical(recipe).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256().digest(canonical));
  }

  /**
   * The recipe as JSON, keys of the method in alphabetical order.
   *
   * <p>Left out is what changes no bit: the label, the place of the data, threads and the
   * checkpoint interval; the place of the model it starts from, whose content counts; and the start
   * where it is random, the engine where it is the program's own, blocks where they are single
   * weights, so that runs from before there was a choice keep their fingerprint.
   */
  public static String canonical(Recipe recipe) {
    var tree = (ObjectNode) Mappers.JSON.valueToTree(recipe);
    tree.remove("name");
    tree.remove("threads");
    tree.remove("checkpoint");
    ((ObjectNode) tree.get("data")).remove("dir");
    if (recipe.engine().equals(EngineChoice.CPU)) {
      tree.remove("engine");
    }
    if (recipe.from().none()) {
      tree.remove("from");
    } else {
      ((ObjectNode) tree.get("from")).remove("file");
    }
    var method = new TreeMap<>(recipe.method().keys());
    method.remove(BLOCK, Block.SINGLE.toString());
    tree.set("method", Mappers.JSON.valueToTree(method));
    return Mappers.JSON.writeValueAsString(tree);
  }

  /** The top-level keys in which two recipes differ in what determines a run. */
  public static List<String> difference(Recipe one, Recipe other) {
    var ours = Mappers.JSON.readTree(canonical(one));
    var theirs = Mappers.JSON.readTree(canonical(other));
    var keys = new LinkedHashSet<>(ours.propertyNames());
    keys.addAll(theirs.propertyNames());
    return keys.stream().filter(key -> !ours.path(key).equals(theirs.path(key))).toList();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
