package org.espalier.data.format;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One PNG or JPEG image as planes of bytes. Grey images have one channel, all others, palettes
 * included, red, green and blue; transparency is dropped, and 16-bit values keep their upper byte.
 *
 * @param pixels {@code [channel][height][width]}
 */
public record ImageFile(Shape shape, byte[] pixels) {
  /**
   * The most pixels a byte of a file can stand for: deflate's 1032, one bit each. Headers that
   * claim more are refused before anything is allocated.
   */
  private static final long MOST_PIXELS_PER_BYTE = 8 * 1032;

  static {
    ImageIO.setUseCache(false); // decode in memory: no temporary files
  }

  /** Reads an image of any shape. */
  public static ImageFile read(Path file) {
    return read(file, null);
  }

  /** Reads an image that has to have the shape {@code expected}, if that is given. */
  static ImageFile read(Path file, @Nullable Shape expected) {
    var bytes = content(file);
    try (var stream = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      var readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new EspalierException(file + ": not an image, expected PNG or JPEG data");
      }
      var reader = readers.next();
      try {
        var image = decode(file, reader, stream);
        var grey = PngChunks.isPng(bytes) ? PngChunks.isGrey(bytes) : components(image) == 1;
        var result = of(image, grey ? 1 : 3);
        if (expected != null && !result.shape.equals(expected)) {
          throw new EspalierException(
              "%s: image of shape %s (channels×height×width), expected %s like the first one"
                  .formatted(file, result.shape, expected));
        }
        return result;
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }

  private static byte[] content(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      if (PngChunks.isPng(bytes)) {
        PngChunks.check(file, bytes);
      }
      return bytes;
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }

  private static BufferedImage decode(Path file, ImageReader reader, ImageInputStream stream)
      throws IOException {
    reader.addIIOReadWarningListener((_, message) -> refuseDamage(file, message));
    try {
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      return reader.read(0);
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | NegativeArraySizeException
        | NullPointerException
        | ClassCastException
        | IllegalStateException e) {
      // what the decoders of the JDK throw at damaged files besides IOException
      throw new EspalierException(file + ": damaged, expected a PNG or JPEG image", e);
    }
  }

  /** The JPEG decoder fills what is missing with grey and only mentions it. */
  private static void refuseDamage(Path file, String warning) {
    if (warning.startsWith("Truncated File") || warning.startsWith("Corrupt JPEG data")) {
      throw new EspalierException(
          "%s: damaged (%s), expected a whole image".formatted(file, warning));
    }
  }

  private static void checkSize(Path file, int width, int height) throws IOException {
    if ((long) width * height > Files.size(file) * MOST_PIXELS_PER_BYTE) {
      throw new EspalierException(
          "%s: announces %d×%d pixels, expected no more than a file of %d bytes can hold"
              .formatted(file, width, height, Files.size(file)));
    }
  }

  private static ImageFile of(BufferedImage image, int channels) {
    var wide = image.getColorModel().getComponentSize(0) > Byte.SIZE;
    var pixels =
        wide || components(image) == 1 ? samples(image, channels) : colours(image, channels);
    return new ImageFile(new Shape(channels, image.getHeight(), image.getWidth()), pixels);
  }

  /** Three for greys of less than 8 bits too, which are decoded as indices into a palette. */
  private static int components(BufferedImage image) {
    return image.getColorModel().getNumColorComponents();
  }

  /** As stored: {@code getRGB} would bend grey values by a gamma curve, and round 16 bits. */
  private static byte[] samples(BufferedImage image, int channels) {
    var width = image.getWidth();
    var area = width * image.getHeight();
    var pixels = new byte[channels * area];
    var lower = Math.max(0, image.getColorModel().getComponentSize(0) - Byte.SIZE);
    var line = new int[width];
    for (var channel = 0; channel < channels; channel++) {
      for (var y = 0; y < image.getHeight(); y++) {
        image.getRaster().getSamples(0, y, width, 1, channel, line);
        for (var x = 0; x < width; x++) {
          pixels[channel * area + y * width + x] = (byte) (line[x] >>> lower);
        }
      }
    }
    return pixels;
  }

  /** What palettes and profiles make of the samples. */
  private static byte[] colours(BufferedImage image, int channels) {
    var width = image.getWidth();
    var area = width * image.getHeight();
    var pixels = new byte[channels * area];
    var line = new int[width];
    for (var y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, line, 0, width);
      for (var channel = 0; channel < channels; channel++) {
        for (var x = 0; x < width; x++) {
          pixels[channel * area + y * width + x] = (byte) (line[x] >> (16 - 8 * channel));
        }
      }
    }
    return pixels;
  }
}
