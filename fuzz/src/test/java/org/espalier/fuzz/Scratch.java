package org.espalier.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A folder for the inputs of readers that want files; it goes with the process. */
final class Scratch {
  private static final Path FOLDER = folder();

  private Scratch() {}

  /** A file of that name, not necessarily there. */
  static Path file(String name) {
    var file = FOLDER.resolve(name);
    file.toFile().deleteOnExit();
    return file;
  }

  /** A file of that name and content. */
  static Path file(String name, byte[] content) throws IOException {
    return Files.write(file(name), content);
  }

  /** What a writer writes. */
  static byte[] written(Consumer<Path> writer) {
    var file = file("seed");
    try {
      writer.accept(file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      var folder = Files.createTempDirectory("espalier-fuzz");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
