package org.espalier.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
  @TempDir Path folder;

  @Test
  void replacesTheEarlierFileAndLeavesNothingAside() throws IOException {
    var target = folder.resolve("result.json");

    DurableFile.write(target, "a longer first text");
    DurableFile.write(target, "second ✓");

    assertThat(target).hasContent("second ✓");
    assertThat(filesHere()).containsExactly("result.json");
  }

  @Test
  void failureHalfWayLeavesTheEarlierFileUntouched() throws IOException {
    var target = folder.resolve("model");
    DurableFile.write(target, "earlier");

    assertThatThrownBy(
            () ->
                DurableFile.write(
                    target,
                    channel -> {
                      DurableFile.writeFully(channel, ByteBuffer.wrap(new byte[100]));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(EspalierException.class)
        .hasMessage("cannot write " + target + ": No space left on device");

    assertThat(target).hasContent("earlier");
    assertThat(filesHere()).containsExactly("model");
  }

  @Test
  void leftOversOfAKilledWriterAreReplaced() throws IOException {
    Files.writeString(folder.resolve(".model.part"), "a longer half-written text");

    DurableFile.write(folder.resolve("model"), "new");

    assertThat(folder.resolve("model")).hasContent("new");
    assertThat(filesHere()).containsExactly("model");
  }

  @Test
  void missingFolderAndFolderInTheWayAreNamed() throws IOException {
    var nowhere = folder.resolve("absent").resolve("model");
    assertThatThrownBy(() -> DurableFile.write(nowhere, "x"))
        .isInstanceOf(EspalierException.class)
        .hasMessage("cannot write " + nowhere + ": no such file or folder");

    var taken = Files.createDirectory(folder.resolve("taken"));
    assertThatThrownBy(() -> DurableFile.write(taken, "x"))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("cannot write " + taken + ": ");
    assertThat(filesHere()).containsExactly("taken");
  }

  private Iterable<String> filesHere() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
