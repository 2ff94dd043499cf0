package org.espalier.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.espalier.engine.EspalierException;
import org.jspecify.annotations.Nullable;

/**
 * Physical memory of a process that does nothing but the steps of one side: native memory, which
 * Java's own tools do not see, and Java itself included.
 *
 * @param base bytes when Java and the engine had been loaded, before the network was built
 * @param peak the most bytes at any moment of a few steps, what building them left behind collected
 */
record ResidentMemory(long base, long peak) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5"; // see proc_pid_clear_refs(5)

  /** A collection gives memory back that Java would rather keep. */
  private static final List<String> THRIFTY =
      List.of("-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

  private static final int PATIENCE_SECONDS = 300;

  /** Of this process, so far; {@code peak} is the system's high-water mark. */
  static Optional<ResidentMemory> soFar() {
    return find("VmRSS:").flatMap(now -> find("VmHWM:").map(peak -> new ResidentMemory(now, peak)));
  }

  /** Collects garbage and forgets the peak so far, where the system can. */
  static void forget() {
    System.gc();
    try {
      Files.writeString(CLEAR, RESET_PEAK);
    } catch (IOException _) {
      // Then the peak is that since the start, and so too high rather than too low.
    }
  }

  private static Optional<Long> find(String key) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(key))
          .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException _) {
      return Optional.empty(); // other systems keep it elsewhere
    }
  }

  /**
   * Steps one side in a process of its own; null where the system does not tell what that took.
   *
   * @throws EspalierException if the process failed or took too long
   */
  static @Nullable ResidentMemory ofProcess(StepProcess.Side side) {
    try {
      var process = new ProcessBuilder(command(side)).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw failed(side, "still running after " + PATIENCE_SECONDS + " seconds");
        }
        // It says so little that it never waits for a reader.
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          throw failed(side, "exit " + process.exitValue() + ", " + complaint(said));
        }
        return parse(said);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw failed(side, String.valueOf(e.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed(side, "interrupted");
    }
  }

  private static EspalierException failed(StepProcess.Side side, String reason) {
    return new EspalierException(
        "no peak memory of "
            + side.opponent()
            + " on "
            + side.model()
            + ": its process: "
            + reason);
  }

  /** The line that names an exception, or else the last one. */
  private static String complaint(String said) {
    var lines = said.strip().lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith("Exception in thread"))
        .findFirst()
        .orElse(lines.isEmpty() ? "without a word" : lines.getLast());
  }

  private static List<String> command(StepProcess.Side side) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-XX:AOTCache") && !option.contains("espalier.stderr"))
        .forEach(command::add);
    command.addAll(THRIFTY);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StepProcess.class.getName());
    command.addAll(side.arguments());
    return command;
  }

  String line() {
    return base + " " + peak;
  }

  /** Reads {@link #line}, the last line of what a process said. */
  static @Nullable ResidentMemory parse(String said) {
    var words = said.strip().lines().reduce("", (_, last) -> last).split(" ", -1);
    return words.length == 2 && words[0].matches("[0-9]{1,18}") && words[1].matches("[0-9]{1,18}")
        ? new ResidentMemory(Long.parseLong(words[0]), Long.parseLong(words[1]))
        : null;
  }
}
