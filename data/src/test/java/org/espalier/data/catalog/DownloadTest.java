package org.espalier.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private Path target;
  private Path part;
  private FileServer server;

  @BeforeEach
  void publish() {
    server = new FileServer(CONTENT);
    target = folder.resolve("data.bin");
    part = folder.resolve("data.bin.part");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void fileArrivesWhole() {
    fetch(server.address());
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(part).doesNotExist();
  }

  @Test
  void cutDownloadGoesOnWhereItStopped() {
    server.cuts.set(2);
    fetch(server.address());
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(server.ranges).hasSize(3);
    assertThat(server.ranges.get(1)).isEqualTo("bytes=150000-");
    assertThat(server.ranges.get(2)).isEqualTo("bytes=225000-");
  }

  @Test
  void laterProcessGoesOnWhereAnEarlierOneStopped() throws IOException {
    server.cuts.set(3);
    assertThatThrownBy(() -> fetch(server.address())).isInstanceOf(EspalierException.class);
    assertThat(target).doesNotExist();
    var kept = Files.size(part);
    assertThat(kept).isPositive();
    fetch(server.address());
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(server.ranges.getLast()).isEqualTo("bytes=" + kept + "-");
  }

  @Test
  void serverThatIgnoresRangesIsReadFromTheStart() {
    TestData.write(part, new byte[1000]);
    server.wholeOnly = true;
    fetch(server.address());
    assertThat(target).hasBinaryContent(CONTENT);
  }

  @Test
  void wrongChecksumIsNamedAndNothingIsKept() {
    var other = CONTENT.clone();
    other[77] ^= 1;
    try (var liar = new FileServer(other)) {
      assertRefused(liar.address(), "300000 bytes with SHA-256 " + sha256(other));
      assertThat(part).doesNotExist();
    }
  }

  @Test
  void wrongSizeIsRefusedBeforeTheDownload() {
    try (var liar = new FileServer(Arrays.copyOf(CONTENT, 299_999))) {
      assertRefused(liar.address(), "299999 bytes, expected 300000");
    }
  }

  @Test
  void damagedBeginningIsReplaced() {
    TestData.write(part, new byte[1000]);
    fetch(server.address());
    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(server.ranges).containsExactly("bytes=1000-", "");
  }

  @Test
  void absentFileIsNamedWithItsAddress() {
    server.status = 404;
    assertRefused(server.address(), server.address() + ": status 404, expected 200");
    assertThat(server.ranges).hasSize(1);
  }

  @Test
  void serverInTroubleIsAskedAgain() {
    server.status = 503;
    assertThatThrownBy(() -> fetch(server.address()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(server.address() + ": status 503");
    assertThat(server.ranges).hasSize(3);
  }

  @Test
  void nextAddressTakesOver() {
    try (var absent = new FileServer(CONTENT)) {
      absent.status = 404;
      fetch(absent.address(), server.address());
      assertThat(target).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void refusedConnectionIsNamed() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertRefused(URI.create("http://127.0.0.1:" + port + "/file"), "no connection");
  }

  @Test
  void silentServerIsGivenUp() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/file");
      assertRefused(address, "127.0.0.1:" + silent.getLocalPort());
    }
  }

  @Test
  void fileThatIsThereIsNotFetched() {
    TestData.write(target, CONTENT);
    fetch(server.address());
    assertThat(server.ranges).isEmpty();
  }

  @Test
  void wrongFileThatIsThereIsNamedAndLeftAlone() {
    TestData.write(target, new byte[] {1});
    assertThatThrownBy(() -> fetch(server.address()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("data.bin: 1 bytes with SHA-256");
    assertThat(target).hasBinaryContent(new byte[] {1});
  }

  private void fetch(URI... addresses) {
    var file =
        new RemoteFile("data.bin", CONTENT.length, "SHA-256", sha256(CONTENT), List.of(addresses));
    new Download(DownloadProgress.SILENT, Duration.ofMillis(500)).fetch(file, target);
  }

  private void assertRefused(URI address, String message) {
    assertThatThrownBy(() -> fetch(address))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
    assertThat(target).doesNotExist();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
