package org.espalier.engine.kernels;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps HotSpot from compiling a kernel into its caller, where it would run out of registers and
 * lose a factor of thirty.
 *
 * <p>Kernels512, Kernels256 and Kernels128 are meant; the scalar ones live on inlining. The
 * launcher says so by a flag. A program that merely uses the engine has no such flag; there {@link
 * KernelSelfCheck} tells the running compiler.
 */
final class CompilerDirectives {
  private static final String FLAG =
      "-XX:CompileCommand=dontinline,org.espalier.engine.kernels.Kernels";
  private static final String DIRECTIVES =
      """
      [{ match: "*.*", inline: "-org/espalier/engine/kernels/Kernels*.*" }]
      """;
  private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";

  private static boolean given;

  private CompilerDirectives() {}

  /** Makes sure of it once per process; false where this Java has no such command. */
  static synchronized boolean keepKernelsApart() {
    given = given || givenByFlag() || add();
    return given;
  }

  private static boolean givenByFlag() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(argument -> argument.startsWith(FLAG));
  }

  private static boolean add() {
    try {
      var file = Files.createTempFile("espalier-directives", ".json");
      try {
        Files.writeString(file, DIRECTIVES);
        var reply = execute("compilerDirectivesAdd", file.toString());
        return reply.filter(text -> text.contains("1 compiler directives added")).isPresent();
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException noRoom) {
      return false;
    }
  }

  /** The reply of a diagnostic command; empty where there is no such command. */
  static Optional<String> execute(String command, String... arguments) {
    try {
      var reply =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName(COMMANDS),
                  command,
                  arguments.length == 0 ? new Object[0] : new Object[] {arguments},
                  arguments.length == 0 ? new String[0] : new String[] {String[].class.getName()});
      return Optional.ofNullable((String) reply);
    } catch (JMException noSuchCommand) {
      return Optional.empty();
    }
  }
}
