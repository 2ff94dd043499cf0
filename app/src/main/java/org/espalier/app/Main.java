package org.espalier.app;

import java.util.Locale;
import org.espalier.app.cli.Espalier;

/** The program: reads a command line, runs it, ends with 0 (done), 1 (failed) or 2 (bad usage). */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // What it prints and writes is the same wherever it runs.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    StandardError.restore();
    var output = StandardOutput.watch();
    var exit = Espalier.commandLine().execute(arguments);
    System.exit(output.failure().map(Main::unwritten).orElse(exit));
  }

  private static int unwritten(String reason) {
    System.err.println("espalier: cannot write to standard output: " + reason);
    return 1;
  }
}
