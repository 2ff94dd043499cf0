package org.espalier.app.cli;

import java.util.List;

/**
 * Adds commands to {@code espalier} from another module; found by {@link java.util.ServiceLoader}.
 */
public interface CommandProvider {

  /** Objects or classes that carry picocli's {@code @Command}. */
  List<Object> commands();
}
