package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run is kept, and whether it goes on. */
final class RunOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the run; else runs/NAME-FINGERPRINT-sSEED.")
  private @Nullable Path folder;

  @Option(
      names = "--resume",
      description = "Go on from the last checkpoint, bit for bit; start if there is none.")
  private boolean resume;

  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  boolean resume() {
    return resume;
  }
}
