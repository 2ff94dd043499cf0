package org.espalier.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFilesTest {
  private static final List<String> CLASSES = List.of("zero", "one", "two");
  private static final List<String> TEN = List.of("0 1 2 3 4 5 6 7 8 9".split(" "));
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  @BeforeEach
  void writeSmallDataset() {
    TestData.write(folder.resolve(IMAGES), images(5, 2, 3));
    TestData.write(folder.resolve(LABELS), labels(0, 1, 2, 1, 0));
    TestData.write(folder.resolve("t10k-images-idx3-ubyte"), images(2, 2, 3));
    TestData.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(2, 2));
  }

  @Test
  void plainFilesAreRead() {
    var dataset = IdxFiles.read("small", folder, CLASSES);
    assertThat(dataset.shape()).isEqualTo(new Shape(1, 2, 3));
    assertThat(dataset.train().size()).isEqualTo(5);
    assertThat(dataset.test().size()).isEqualTo(2);
    assertThat(dataset.train().label(3)).isEqualTo(1);
    var into = new float[6];
    dataset.train().copy(1, into, 0);
    assertThat(into).containsExactly(6 / 255f, 7 / 255f, 8 / 255f, 9 / 255f, 10 / 255f, 11 / 255f);
  }

  @Test
  void compressedFilesAreRead() throws IOException {
    for (var name : IdxFiles.NAMES) {
      var plain = Files.readAllBytes(folder.resolve(name));
      Files.delete(folder.resolve(name));
      TestData.write(folder.resolve(name + ".gz"), gzip(plain));
    }
    assertThat(IdxFiles.read("small", folder, CLASSES).train().size()).isEqualTo(5);
  }

  @Test
  void truncationAtEveryByteIsNamed() {
    for (var name : List.of(IMAGES, LABELS)) {
      var whole = name.equals(IMAGES) ? images(5, 2, 3) : labels(0, 1, 2, 1, 0);
      for (var length = 0; length < whole.length; length++) {
        TestData.write(folder.resolve(name), Arrays.copyOf(whole, length));
        assertRefused("%s of %d bytes".formatted(name, length), name);
      }
      TestData.write(folder.resolve(name), whole);
    }
  }

  @Test
  void flippedHeaderBitsAreNamed() {
    for (var name : List.of(IMAGES, LABELS)) {
      var whole = name.equals(IMAGES) ? images(5, 2, 3) : labels(0, 1, 2, 1, 0);
      for (var bit = 0; bit < (name.equals(IMAGES) ? 128 : 64); bit++) {
        var flipped = whole.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        TestData.write(folder.resolve(name), flipped);
        assertRefused("%s with bit %d flipped".formatted(name, bit), name);
      }
      TestData.write(folder.resolve(name), whole);
    }
  }

  @Test
  void damageOfCompressedFilesIsNamed() throws IOException {
    var file = folder.resolve(LABELS + ".gz");
    Files.delete(folder.resolve(LABELS));
    var whole = gzip(labels(0, 1, 2, 1, 0));
    for (var length = 0; length < whole.length; length++) {
      TestData.write(file, Arrays.copyOf(whole, length));
      assertRefused("compressed labels of " + length + " bytes", LABELS);
    }
    for (var at = 10; at < whole.length; at++) { // the ten bytes before hold time and system too
      var flipped = whole.clone();
      flipped[at] ^= 1;
      TestData.write(file, flipped);
      assertRefused("compressed labels with byte " + at + " flipped", LABELS);
    }
  }

  @Test
  void announcedSizeBeyondTheFileIsRefusedBeforeAllocation() {
    var bytes = images(1, 2, 3);
    ByteBuffer.wrap(bytes).putInt(4, Integer.MAX_VALUE).putInt(8, 32768).putInt(12, 32768);
    TestData.write(folder.resolve(IMAGES), bytes);
    assertRefused("huge header", "announces 2305843008139952144 bytes, expected at most 22");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'magic number 0, expected 2051'",
    "2049, 'magic number 2049, expected 2051'",
    "50855936, 'magic number 50855936, expected 2051'",
  })
  void wrongMagicNumberIsNamed(int magic, String expected) {
    var bytes = images(5, 2, 3);
    ByteBuffer.wrap(bytes).putInt(0, magic);
    TestData.write(folder.resolve(IMAGES), bytes);
    assertRefused("magic " + magic, expected);
  }

  @Test
  void labelOutsideTheClassesIsNamed() {
    TestData.write(folder.resolve(LABELS), labels(0, 1, 2, 200, 0));
    assertRefused("label 200", LABELS + ": label 200 of sample 3, expected 0 to 2");
  }

  @Test
  void differentCountsAreNamed() {
    TestData.write(folder.resolve(LABELS), labels(0, 1, 2, 1));
    assertRefused("four labels", "4 labels, expected 5 as there are images in " + IMAGES);
  }

  @Test
  void missingFileIsNamed() throws IOException {
    Files.delete(folder.resolve(LABELS));
    assertRefused("no labels", LABELS + ".gz: no such file");
  }

  @Test
  void publishedFashionMnistIsBalanced() {
    var dataset = IdxFiles.read("fashion-mnist", TestData.folder("fashion-mnist"), TEN);
    assertThat(dataset.shape()).isEqualTo(new Shape(1, 28, 28));
    assertThat(dataset.train().classCounts(10)).containsOnly(6000);
    assertThat(dataset.test().classCounts(10)).containsOnly(1000);
  }

  @Test
  void publishedMnistHasItsKnownClassCounts() {
    var dataset = IdxFiles.read("mnist", TestData.folder("mnist"), TEN);
    assertThat(dataset.train().classCounts(10))
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(dataset.test().classCounts(10))
        .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
  }

  private void assertRefused(String what, String message) {
    assertThatThrownBy(() -> IdxFiles.read("small", folder, CLASSES))
        .as(what)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }

  /** Images whose pixels count up from 0. */
  private static byte[] images(int count, int height, int width) {
    var bytes = ByteBuffer.allocate(16 + count * height * width);
    bytes.putInt(2051).putInt(count).putInt(height).putInt(width);
    for (var i = 0; bytes.hasRemaining(); i++) {
      bytes.put((byte) i);
    }
    return bytes.array();
  }

  private static byte[] labels(int... labels) {
    var bytes = ByteBuffer.allocate(8 + labels.length).putInt(2049).putInt(labels.length);
    for (var label : labels) {
      bytes.put((byte) label);
    }
    return bytes.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
