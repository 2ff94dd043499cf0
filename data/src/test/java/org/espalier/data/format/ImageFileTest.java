package org.espalier.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.espalier.data.TestData;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of one line, stored with every number of bits that PNG has. */
class ImageFileTest {
  private static final int GREY = 0;
  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_WITH_OPACITY = 4;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, 40, 0 255",
    "2, 1B, 0 85 170 255",
    "4, 05AF, 0 85 170 255",
    "8, 0055AB, 0 85 171",
    "16, 00FF55FEAB01, 0 85 171"
  })
  void greyOfAnyBitsIsOneChannel(int bits, String line, String expected) throws IOException {
    var values = expected.split(" ", -1);
    var image = read(png(values.length, bits, GREY, line));

    assertThat(image.shape()).isEqualTo(new Shape(1, 1, values.length));
    assertThat(pixels(image)).isEqualTo(expected);
  }

  @Test
  void opacityOfGreyIsDropped() throws IOException {
    var image = read(png(2, 8, GREY_WITH_OPACITY, "5510AB00"));

    assertThat(image.shape()).isEqualTo(new Shape(1, 1, 2));
    assertThat(pixels(image)).isEqualTo("85 171");
  }

  @Test
  void palettesAreColoursEvenIfAllAreGrey() throws IOException {
    var image = read(png(2, 1, PALETTE, "40"));

    assertThat(image.shape()).isEqualTo(new Shape(3, 1, 2));
    assertThat(pixels(image)).isEqualTo("7 9 7 9 7 9");
  }

  @Test
  void coloursOfSixteenBitsKeepTheirUpperByte() throws IOException {
    var image = read(png(1, 16, COLOUR, "01FF02F00300"));

    assertThat(image.shape()).isEqualTo(new Shape(3, 1, 1));
    assertThat(pixels(image)).isEqualTo("1 2 3");
  }

  private ImageFile read(byte[] png) {
    return ImageFile.read(TestData.write(folder.resolve("image.png"), png));
  }

  private static String pixels(ImageFile image) {
    var text = new StringBuilder();
    for (var pixel : image.pixels()) {
      text.append(text.isEmpty() ? "" : " ").append(pixel & 0xFF);
    }
    return text.toString();
  }

  /** A file of one line, given in hexadecimal digits; palettes have two greys, 7 and 9. */
  private static byte[] png(int width, int bits, int type, String line) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    var header = ByteBuffer.allocate(13).putInt(width).putInt(1).put((byte) bits).put((byte) type);
    chunk(out, "IHDR", header.array());
    if (type == PALETTE) {
      chunk(out, "PLTE", new byte[] {7, 7, 7, 9, 9, 9});
    }
    var deflated = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(0); // no filter
      deflater.write(HexFormat.of().parseHex(line));
    }
    chunk(out, "IDAT", deflated.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) checksum.getValue());
  }
}
