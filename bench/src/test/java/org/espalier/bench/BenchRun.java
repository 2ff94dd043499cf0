package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.espalier.app.cli.Espalier;
import org.espalier.app.recipe.Mappers;
import tools.jackson.databind.JsonNode;

/** Runs benchmarks, and other commands, as a user does. */
final class BenchRun {
  private BenchRun() {}

  /** What one prints; its arguments stand between blanks. */
  static String text(String arguments) {
    return program("bench " + arguments);
  }

  /** What one prints for machines. */
  static JsonNode json(String arguments) {
    return Mappers.JSON.readTree(text(arguments + " --json"));
  }

  /** What any command prints. */
  static String program(String arguments) {
    var out = new StringWriter();
    var errors = new StringWriter();
    var exit =
        Espalier.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(errors))
            .execute(arguments.split(" "));
    assertThat(exit).as(errors.toString()).isZero();
    return out.toString();
  }
}
