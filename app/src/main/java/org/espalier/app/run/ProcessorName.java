package org.espalier.app.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the processor calls itself, where the system tells without being asked twice. */
public final class ProcessorName {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final String KEY = "model name";

  private ProcessorName() {}

  /** The name, or nothing on systems that keep it elsewhere. */
  public static Optional<String> find() {
    try (var lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.startsWith(KEY))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException | UncheckedIOException _) {
      return Optional.empty(); // a report without it is a report all the same
    }
  }
}
