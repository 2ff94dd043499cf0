package org.espalier.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Where tests find real data sets. */
public final class TestData {
  private TestData() {}

  /** The folder {@code name} of real data; skips the calling test, visibly, where it is absent. */
  public static Path folder(String name) {
    var fromEnvironment = System.getenv("ESPALIER_DATA");
    var root =
        fromEnvironment == null || fromEnvironment.isBlank()
            ? repository().resolve("../shared/data").normalize()
            : Path.of(fromEnvironment);
    var folder = root.resolve(name);
    if (!Files.isDirectory(folder)) {
      Assumptions.abort("no real data: " + folder + " is absent, set ESPALIER_DATA");
    }
    return folder;
  }

  /** Makes a file with the given bytes, its folders included. */
  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tests run in the module or in the repository. */
  private static Path repository() {
    var here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("LICENSE")))
        .findFirst()
        .orElse(here);
  }
}
