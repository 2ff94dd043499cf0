package org.espalier.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.espalier.app.report.Quantity;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.files.DurableFile;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells failures in one line each on standard error, and gives the exit code. */
final class Failures {
  static final String STACKTRACE = "--stacktrace";

  /** It was tried, and failed. */
  static final int FAILED = 1;

  /** It was not tried: what was asked for makes no sense. */
  static final int BAD_USAGE = 2;

  private Failures() {}

  static int badUsage(ParameterException e, String[] args) {
    var command = e.getCommandLine();
    tell(
        command,
        "%s%s (see %s --help)"
            .formatted(
                oneLine(String.valueOf(e.getMessage())),
                suggestion(e),
                command.getCommandSpec().qualifiedName()));
    return BAD_USAGE;
  }

  private static String suggestion(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    var typed = unmatched.getUnmatched().getFirst();
    var spec = e.getCommandLine().getCommandSpec();
    return Nearest.hint(
        typed, typed.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet());
  }

  static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (parsed.originalArgs().contains(STACKTRACE)) {
      e.printStackTrace(command.getErr());
    }
    tell(command, explain(e));
    return e instanceof UsageException ? BAD_USAGE : FAILED;
  }

  static int failed(OutOfMemoryError e, CommandLine command) {
    tell(
        command,
        "out of memory (%s): the heap is limited to %s; a smaller batch needs less, -Xmx in ESPALIER_JAVA_OPTS allows more"
            .formatted(e.getMessage(), Quantity.bytes(Runtime.getRuntime().maxMemory())));
    return FAILED;
  }

  /** The line that says what went wrong. */
  static String explain(Throwable e) {
    return switch (e) {
      case UsageException usage -> oneLine(String.valueOf(usage.getMessage()));
      case EspalierException known -> oneLine(String.valueOf(known.getMessage()));
      case UncheckedIOException wrapper when wrapper.getCause() != null ->
          explain(wrapper.getCause());
      case FileSystemException file -> file.getFile() + ": " + DurableFile.reason(file);
      case IOException io -> oneLine(DurableFile.reason(io));
      default ->
          "internal error, %s: %s (%s shows where)"
              .formatted(e.getClass().getSimpleName(), oneLine("" + e.getMessage()), STACKTRACE);
    };
  }

  private static void tell(CommandLine command, String line) {
    command.getErr().println("espalier: " + line);
    command.getErr().flush();
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
