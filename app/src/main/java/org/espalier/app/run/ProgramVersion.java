package org.espalier.app.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this build, as the build wrote it into the jar. */
public final class ProgramVersion {
  private ProgramVersion() {}

  /** The bare number, such as {@code 0.1.0-SNAPSHOT}. */
  public static String number() {
    try (var resource = ProgramVersion.class.getResourceAsStream("/org/espalier/app/version.txt")) {
      if (resource == null) {
        throw new IllegalStateException("version.txt is missing from the jar of the application");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
