package org.espalier.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: reads a command line, runs it, ends with 0 (done), 1 (failed) or 2 (bad usage). */
@Command(
    name = "espalier",
    description = "Trains neural networks whose sparsity is real.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    StandardError.restore();
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
