package org.espalier.lab;

import java.util.List;
import org.espalier.app.cli.CommandProvider;

/** Contributes {@code espalier lab}. */
public final class LabCommands implements CommandProvider {

  @Override
  public List<Object> commands() {
    return List.of(new LabCommand());
  }
}
