package org.espalier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.espalier.app.cli.Espalier;
import org.espalier.app.recipe.Mappers;
import tools.jackson.databind.JsonNode;

/** Runs commands as a user does. */
record Console(int exit, String out, String err) {

  static Console run(String... arguments) {
    var output = new StringWriter();
    var errors = new StringWriter();
    var exit =
        Espalier.commandLine()
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    return new Console(exit, output.toString(), errors.toString());
  }

  /** What a command that must succeed printed for machines. */
  JsonNode json() {
    assertThat(exit).as(err).isZero();
    return Mappers.JSON.readTree(out);
  }
}
