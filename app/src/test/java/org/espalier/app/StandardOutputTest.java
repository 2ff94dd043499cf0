package org.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardOutputTest {
  private static final Path FULL = Path.of("/dev/full"); // a Linux device that is a full disk

  @TempDir private Path folder;

  @Test
  void aResultThatCannotBeWrittenIsAFailure() throws Exception {
    assumeThat(FULL).exists();

    var process = ChildProcess.start(folder, FULL, "methods", "--json");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
  }
}
