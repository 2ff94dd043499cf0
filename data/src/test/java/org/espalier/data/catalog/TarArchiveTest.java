package org.espalier.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarArchiveTest {
  private static final byte[] A = {1, 2, 3};
  private static final byte[] B = new byte[1025];

  @TempDir Path folder;

  @Test
  void wantedFilesAreWritten() {
    write(archive());
    extract();
    assertThat(folder.resolve("out/a.bin")).hasBinaryContent(A);
    assertThat(folder.resolve("out/b.bin")).hasBinaryContent(B);
  }

  @Test
  void nothingElseIsWritten() {
    write(archive());
    extract();
    assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**readme*");
    assertThat(folder.resolve("escaped.bin")).doesNotExist();
  }

  @Test
  void missingEntryIsNamed() {
    write(new Tar().add("set/a.bin", '0', A).bytes());
    assertRefused("has no [b.bin] in set");
  }

  @Test
  void truncationIsNamedAtEveryByte() {
    var whole = archive();
    for (var length = 0; length < whole.length - 30; length++) {
      write(Arrays.copyOf(whole, length));
      assertRefused("");
    }
  }

  @Test
  void plainTextIsNoArchive() {
    write("not found".getBytes(StandardCharsets.UTF_8));
    assertRefused("set.tar.gz: damaged (Not in GZIP format), expected a tar.gz archive");
  }

  private void extract() {
    TarArchive.extract(
        folder.resolve("set.tar.gz"), "set", List.of("a.bin", "b.bin"), folder.resolve("out"));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::extract)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  private void write(byte[] bytes) {
    TestData.write(folder.resolve("set.tar.gz"), bytes);
  }

  private static byte[] archive() {
    return new Tar()
        .add("set/", '5', new byte[0])
        .add("set/readme.html", '0', new byte[600])
        .add("set/../escaped.bin", '0', A)
        .add("set/a.bin", '0', A)
        .add("./set/b.bin", '0', B)
        .bytes();
  }
}
