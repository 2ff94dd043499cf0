package org.espalier.app.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.espalier.app.recipe.Mappers;
import tools.jackson.databind.JsonNode;

/** Runs commands as a user does, and keeps what the latest one printed. */
final class Console {
  private String out = "";
  private String err = "";

  /** Returns the exit code. */
  int run(String... arguments) {
    var output = new StringWriter();
    var errors = new StringWriter();
    var exit =
        Espalier.commandLine()
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    out = output.toString();
    err = errors.toString();
    return exit;
  }

  /** Returns the exit code. */
  int run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }

  String out() {
    return out;
  }

  /** What the command printed for machines. */
  JsonNode json() {
    return Mappers.JSON.readTree(out);
  }

  String err() {
    return err;
  }
}
