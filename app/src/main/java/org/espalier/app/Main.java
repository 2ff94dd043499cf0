package org.espalier.app;

import org.espalier.app.cli.Espalier;

/** The program: reads a command line, runs it, ends with 0 (done), 1 (failed) or 2 (bad usage). */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    StandardError.restore();
    System.exit(Espalier.commandLine().execute(arguments));
  }
}
