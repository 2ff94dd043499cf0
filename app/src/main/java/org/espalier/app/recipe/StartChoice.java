package org.espalier.app.recipe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.Model;
import tools.jackson.databind.node.ObjectNode;

/**
 * The trained network that a run starts from instead of random weights.
 *
 * @param file of the model, empty for none; its place is not part of the fingerprint
 * @param sha256 of the file's content, which is
 */
public record StartChoice(String file, String sha256) {
  private static final String KEY = "from";
  private static final String FILE = KEY + ".file";
  private static final String SHA256 = KEY + ".sha256";
  private static final String NORMALISATION = "data.normalisation";

  /** Whether the run starts from random weights. */
  public boolean none() {
    return sha256.isEmpty();
  }

  /**
   * The place of the model.
   *
   * @throws EspalierException if it is not known, or the content is no more what it was
   */
  public Path verified() {
    if (file.isEmpty()) {
      throw new EspalierException("from.file: expected the model whose SHA-256 is " + sha256);
    }
    var found = sha256(model(file));
    if (!found.equals(sha256)) {
      throw new EspalierException(
          "%s has changed: its SHA-256 is %s, expected %s".formatted(file, found, sha256));
    }
    return model(file);
  }

  /** The model file that a user means: a file, or the model of a run's folder. */
  private static Path model(String file) {
    var path = Path.of(file);
    return Files.isDirectory(path) ? path.resolve("model.safetensors") : path;
  }

  /**
   * Completes what a recipe says of a start: {@code from: FILE} stands for {@code from.file}, the
   * hash is that of the content; the model and the normalisation of the input are, unless given,
   * those of the file.
   */
  static ObjectNode completed(ObjectNode given) {
    var keys = given.deepCopy();
    var brief = Trees.text(keys, KEY);
    if (!brief.isEmpty()) {
      keys.remove(KEY);
      Trees.put(keys, FILE, keys.stringNode(brief));
    }
    var file = Trees.text(keys, FILE);
    if (file.isEmpty() || !Trees.text(keys, SHA256).isEmpty()) {
      return keys;
    }
    Trees.put(keys, SHA256, keys.stringNode(sha256(model(file))));
    if (Trees.text(keys, "model").isEmpty()) {
      keys.put("model", Model.read(model(file)).network().name());
    }
    if (Trees.text(keys, NORMALISATION).isEmpty()) {
      Trees.put(keys, NORMALISATION, keys.stringNode("inherited"));
    }
    return keys;
  }

  /** The SHA-256 of a file's content, 64 hexadecimal digits. */
  public static String sha256(Path file) {
    try (var in = new DigestInputStream(Files.newInputStream(file), digest())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new EspalierException(
          "cannot read %s: %s, expected a model file or the folder of a run"
              .formatted(file, DurableFile.reason(e)),
          e);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
