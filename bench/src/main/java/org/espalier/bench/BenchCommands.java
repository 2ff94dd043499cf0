package org.espalier.bench;

import java.util.List;
import org.espalier.app.cli.CommandProvider;

/** Contributes {@code espalier bench}. */
public final class BenchCommands implements CommandProvider {

  @Override
  public List<Object> commands() {
    return List.of(new BenchCommand());
  }
}
