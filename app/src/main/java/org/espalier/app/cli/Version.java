package org.espalier.app.cli;

import org.espalier.app.run.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"espalier " + ProgramVersion.number()};
  }
}
