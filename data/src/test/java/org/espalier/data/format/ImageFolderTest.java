package org.espalier.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.espalier.data.Split;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @Test
  void trainAndTestFoldersAreTheSplits() {
    for (var split : new String[] {"train", "test"}) {
      write(split + "/cat/1.png", encoded("png", grey(3, 2, 10)));
      write(split + "/dog/1.png", encoded("png", grey(3, 2, 20)));
      write(split + "/dog/2.PNG", encoded("png", grey(3, 2, 30)));
      write(split + "/dog/notes.txt", new byte[3]);
    }
    var dataset = ImageFolder.read(folder, 1);
    assertThat(dataset.shape()).isEqualTo(new Shape(1, 2, 3));
    assertThat(dataset.classes()).containsExactly("cat", "dog");
    assertThat(dataset.train().classCounts(2)).containsExactly(1, 2);
    assertThat(dataset.test().classCounts(2)).containsExactly(1, 2);
    assertThat(bytes(dataset.train(), 2)).containsExactly(30, 31, 32, 33, 34, 35);
  }

  @Test
  void folderWithoutSplitsIsSplitBySeed() {
    for (var i = 0; i < 10; i++) {
      write("a/" + i + ".png", encoded("png", grey(2, 2, i)));
      write("b/" + i + ".png", encoded("png", grey(2, 2, 100 + i)));
    }
    var dataset = ImageFolder.read(folder, 1);
    assertThat(dataset.train().size()).isEqualTo(16);
    assertThat(dataset.test().size()).isEqualTo(4);
    for (var i = 0; i < 4; i++) {
      assertThat(bytes(dataset.test(), i)[0] >= 100).isEqualTo(dataset.test().label(i) == 1);
    }
  }

  @Test
  void colourImagesBecomePlanes() {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x102030);
    image.setRGB(1, 0, 0xA0B0C0);
    write("a/1.png", encoded("png", image));
    write("b/1.png", encoded("png", image));
    var dataset = ImageFolder.read(folder, 1);
    assertThat(dataset.shape()).isEqualTo(new Shape(3, 1, 2));
    assertThat(bytes(dataset.train(), 0)).containsExactly(0x10, 0xA0, 0x20, 0xB0, 0x30, 0xC0);
  }

  @Test
  void jpegImagesAreRead() {
    write("a/1.jpg", encoded("jpg", grey(16, 16, 60)));
    write("b/1.jpeg", encoded("jpg", grey(16, 16, 60)));
    var values = bytes(ImageFolder.read(folder, 1).train(), 0);
    for (var p = 0; p < 256; p++) {
      assertThat(values[p]).as("pixel %d", p).isBetween((60 + p) % 256 - 60, (60 + p) % 256 + 60);
    }
  }

  @Test
  void imageOfAnotherSizeIsNamed() {
    write("a/1.png", encoded("png", grey(3, 2, 10)));
    write("b/odd.png", encoded("png", grey(2, 3, 10)));
    assertRefused("odd.png: image of shape 1×3×2 (channels×height×width), expected 1×2×3");
  }

  @Test
  void colourAmongGreyIsNamed() {
    write("a/1.png", encoded("png", grey(3, 2, 10)));
    write("b/odd.png", encoded("png", new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB)));
    assertRefused("odd.png: image of shape 3×2×3 (channels×height×width), expected 1×2×3");
  }

  @Test
  void truncatedImagesAreNamedAtEveryByte() {
    for (var format : new String[] {"png", "jpg"}) {
      write("a/1." + format, encoded(format, grey(9, 7, 10)));
      var whole = encoded(format, grey(9, 7, 20));
      for (var length = 0; length < whole.length; length++) {
        write("b/2." + format, Arrays.copyOf(whole, length));
        assertRefused("2." + format);
      }
      delete("a/1." + format);
      delete("b/2." + format);
    }
  }

  @Test
  void everyFlippedByteOfPngIsNamed() {
    write("a/1.png", encoded("png", grey(9, 7, 10)));
    var whole = encoded("png", grey(9, 7, 20));
    for (var at = 0; at < whole.length; at++) {
      var flipped = whole.clone();
      flipped[at] ^= (byte) 0x81;
      write("b/2.png", flipped);
      assertRefused("2.png");
    }
  }

  @Test
  void flippedBytesOfJpegNeverEscapeAsAnythingElse() {
    write("a/1.jpg", encoded("jpg", grey(9, 7, 10)));
    var whole = encoded("jpg", grey(9, 7, 20));
    for (var at = 0; at < whole.length; at++) {
      var flipped = whole.clone();
      flipped[at] ^= (byte) 0x81;
      write("b/2.jpg", flipped);
      try {
        assertThat(ImageFolder.read(folder, 1).shape()).isEqualTo(new Shape(1, 7, 9));
      } catch (EspalierException e) {
        assertThat(e).as("byte %d", at).hasMessageContaining("2.jpg");
      }
    }
  }

  @Test
  void hugeHeaderIsRefusedBeforeAllocation() {
    write("a/1.png", encoded("png", grey(9, 7, 10)));
    var bytes = ByteBuffer.wrap(encoded("png", grey(9, 7, 20)));
    bytes.putInt(16, 40_000).putInt(20, 40_000); // after signature, length and "IHDR"
    var checksum = new CRC32();
    checksum.update(bytes.array(), 12, 17);
    bytes.putInt(29, (int) checksum.getValue());
    write("a/0.png", bytes.array());
    write("b/1.png", bytes.array());
    assertRefused("0.png: announces 40000×40000 pixels");
  }

  @Test
  void classWithoutImagesIsNamed() {
    write("a/1.png", encoded("png", grey(3, 2, 10)));
    write("b/readme.txt", new byte[1]);
    assertRefused("b: no images, expected .png, .jpg or .jpeg files");
  }

  @Test
  void textNamedPngIsNamed() {
    write("a/1.png", "hello".getBytes(StandardCharsets.UTF_8));
    write("b/1.png", encoded("png", grey(3, 2, 10)));
    assertRefused("1.png: not an image, expected PNG or JPEG data");
  }

  @Test
  void missingFolderIsNamed() {
    assertThatThrownBy(() -> ImageFolder.read(folder.resolve("nowhere"), 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("nowhere: expected a folder with one subfolder per class");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ImageFolder.read(folder, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  private void write(String name, byte[] bytes) {
    TestData.write(folder.resolve(name), bytes);
  }

  private void delete(String name) {
    try {
      Files.delete(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] bytes(Split split, int index) {
    var into = new float[split.sampleSize()];
    split.copy(index, into, 0);
    var values = new int[into.length];
    Arrays.setAll(values, i -> Math.round(into[i] * 255));
    return values;
  }

  /** Pixels count up from {@code first}. */
  private static BufferedImage grey(int width, int height, int first) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (var p = 0; p < width * height; p++) {
      image.getRaster().setSample(p % width, p / width, 0, (first + p) % 256);
    }
    return image;
  }

  private static byte[] encoded(String format, BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, bytes)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
