package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

  @Test
  void aFolderHasOneWriterAtATime(@TempDir Path path) {
    var folder = new RunFolder(path);
    try (var _ = RunLock.of(folder)) {
      assertThatThrownBy(() -> RunLock.of(folder)).hasMessageContaining("in use by another");
    }
    assertThatCode(() -> RunLock.of(folder).close()).doesNotThrowAnyException();
  }
}
