package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CompilerDirectivesTest {

  /** Run in a process of its own, which was not started with the flag. */
  static final class WithoutFlag {
    private WithoutFlag() {}

    public static void main(String[] arguments) {
      System.out.println(CompilerDirectives.keepKernelsApart());
      System.out.println(CompilerDirectives.keepKernelsApart());
      System.out.println(CompilerDirectives.execute("compilerDirectivesPrint").orElse("nothing"));
    }
  }

  @Test
  void theFlagOfTheTestsIsSeen() {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .anyMatch(argument -> argument.contains("dontinline,org.espalier.engine.kernels.Kernels"));
    assertThat(CompilerDirectives.keepKernelsApart()).isTrue();
  }

  @Test
  @Timeout(60)
  void aRunningCompilerIsToldOnce() throws IOException, InterruptedException {
    var java = ProcessHandle.current().info().command().orElseThrow();
    var process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    WithoutFlag.class.getName()))
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output)
        .startsWith("true\ntrue\n")
        .containsOnlyOnce("c2 directives:\n  inline: -org/espalier/engine/kernels/Kernels*.*");
  }
}
