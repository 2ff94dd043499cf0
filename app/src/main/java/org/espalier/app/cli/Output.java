package org.espalier.app.cli;

import java.io.PrintWriter;
import org.espalier.app.recipe.Mappers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options every command has, and where it writes: a picocli mixin. */
public final class Output {
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output, everything else on standard error.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // read from the arguments, even when they cannot be parsed
  @Option(
      names = Failures.STACKTRACE,
      description = "Show where in the program a failure happened.")
  private boolean stacktrace;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Whether standard output is for machines. */
  public boolean json() {
    return json;
  }

  /** Prints text for people. */
  public void text(String text) {
    var writer = json ? commandLine().getErr() : commandLine().getOut();
    writer.println(text);
    writer.flush();
  }

  /** Prints the result for machines, if they asked for it. */
  public void result(Object value) {
    if (json) {
      var writer = commandLine().getOut();
      writer.println(Mappers.PRETTY_JSON.writeValueAsString(value));
      writer.flush();
    }
  }

  /** Columns that fit the terminal, 120 where there is none. */
  public int width() {
    var columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 120;
  }

  /**
   * Whether somebody is watching standard error on a terminal. The launcher knows; without one a
   * console stands for it.
   */
  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is none
  public boolean terminal() {
    var told = System.getProperty("espalier.terminal");
    if (told != null) {
      return told.equals("true");
    }
    var console = System.console();
    return console != null && console.isTerminal();
  }

  /** Standard error, for what belongs in neither. */
  public PrintWriter err() {
    return commandLine().getErr();
  }

  private CommandLine commandLine() {
    if (command == null) {
      throw new IllegalStateException("used outside a command");
    }
    return command.commandLine();
  }
}
