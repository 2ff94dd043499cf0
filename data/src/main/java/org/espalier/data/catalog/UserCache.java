package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The folder for what can be had again: downloads and measurements. */
public final class UserCache {
  private UserCache() {}

  /** After the XDG base directory specification, which ignores relative paths. */
  public static Path folder(Map<String, String> environment) {
    return variable(environment, "XDG_CACHE_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(
            () ->
                Path.of(
                    variable(environment, "HOME").orElse(System.getProperty("user.home")),
                    ".cache"))
        .resolve("espalier");
  }

  static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
