package org.espalier.app.cli;

import java.util.function.Consumer;
import org.espalier.app.run.ProcessorName;
import org.espalier.data.catalog.UserCache;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Tuning;
import picocli.CommandLine.Option;

/** Whether the program may try out what is fastest on this machine: a picocli mixin. */
public final class TuningOptions {
  @Option(
      order = 23,
      names = "--tuning",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Whether sparse layers try out in which tiling they are fastest here. Results are the"
              + " same, bit for bit.")
  private boolean wanted = true;

  @Option(
      order = 24,
      names = "--verbose",
      description = "Tell of each sparse layer which tilings were tried, and the one it runs in.")
  private boolean verbose;

  /** What is asked for, or no tuning; lines about layers go to {@code lines}. */
  public Tuning tuning(Output output, Consumer<String> lines) {
    if (!wanted) {
      return Tuning.NONE;
    }
    return Tuning.of(
        UserCache.folder(System.getenv()).resolve("tilings"),
        ProcessorName.find().orElse(System.getProperty("os.arch", "")),
        choice -> {
          if (verbose) {
            lines.accept(choice.toString());
          }
        },
        warning -> {
          output.err().println("espalier: " + warning);
          output.err().flush();
        });
  }

  /** The engine, tuned if it is one that can be. */
  Engine tuned(Engine engine, Output output, Consumer<String> lines) {
    return engine instanceof CpuEngine cpu ? cpu.tuned(tuning(output, lines)) : engine;
  }
}
