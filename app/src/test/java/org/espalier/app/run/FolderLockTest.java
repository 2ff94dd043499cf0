package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @Test
  void aFolderHasOneWriterAtATime(@TempDir Path parent) {
    var folder = parent.resolve("new");
    try (var _ = FolderLock.of(folder)) {
      assertThatThrownBy(() -> FolderLock.of(folder)).hasMessageContaining("in use by another");
    }
    assertThatCode(() -> FolderLock.of(folder).close()).doesNotThrowAnyException();
  }
}
