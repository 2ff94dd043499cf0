package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.espalier.data.format.ImageFile;
import org.junit.jupiter.params.provider.MethodSource;

/** PNG images, the checksums of whose chunks are right, and JPEG. */
class ImageFuzzTest {

  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int FRAME = 12; // length, type, checksum

  static Stream<byte[]> seeds() throws IOException {
    return Stream.of(
        image("png", BufferedImage.TYPE_INT_RGB),
        image("png", BufferedImage.TYPE_BYTE_GRAY),
        image("png", BufferedImage.TYPE_BYTE_BINARY),
        image("png", BufferedImage.TYPE_BYTE_INDEXED),
        image("png", BufferedImage.TYPE_USHORT_GRAY),
        image("jpg", BufferedImage.TYPE_INT_RGB),
        image("jpg", BufferedImage.TYPE_BYTE_GRAY));
  }

  private static byte[] image(String format, int type) throws IOException {
    var image = new BufferedImage(5, 4, type);
    image.setRGB(1, 2, 0x336699);
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("image", summed(input));
    ReaderContract.requireKept(input.length, () -> ImageFile.read(file));
  }

  private static byte[] summed(byte[] input) {
    var bytes = ByteBuffer.wrap(input.clone());
    if (input.length < Long.BYTES || bytes.getLong(0) != PNG) {
      return input;
    }
    for (var at = Long.BYTES; input.length - at >= FRAME; ) {
      var length = bytes.getInt(at);
      if (length < 0 || length > input.length - at - FRAME) {
        break;
      }
      var sum = new CRC32();
      sum.update(input, at + 4, length + 4);
      bytes.putInt(at + 8 + length, (int) sum.getValue());
      at += length + FRAME;
    }
    return bytes.array();
  }
}
