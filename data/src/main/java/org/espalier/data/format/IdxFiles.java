package org.espalier.data.format;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.data.Dataset;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;

/**
 * The idx format of MNIST and its successors, plain or gzip-compressed ({@code .gz}): big-endian
 * magic number and dimensions, then unsigned bytes (LeCun, Cortes, Burges, "The MNIST database").
 */
public final class IdxFiles {
  /** The four files of a data set, without {@code .gz}. */
  public static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  private static final int IMAGES = 0x00000803; // unsigned bytes, three dimensions
  private static final int LABELS = 0x00000801; // unsigned bytes, one dimension

  /** Keeps height * width, and that times the count, far from overflow. */
  private static final int MAX_SIDE = 1 << 15;

  private IdxFiles() {}

  /** Reads the four files of {@code folder}, each plain or compressed. */
  public static Dataset read(String name, Path folder, List<String> classes) {
    var train = split(folder, NAMES.get(0), NAMES.get(1), classes.size());
    var test = split(folder, NAMES.get(2), NAMES.get(3), classes.size());
    if (!train.shape.equals(test.shape)) {
      throw new EspalierException(
          "%s: test images of shape %s, expected %s like the training images"
              .formatted(folder, test.shape, train.shape));
    }
    return new Dataset(name, train.shape, classes, train.split, test.split);
  }

  private record ShapedSplit(Shape shape, Split split) {}

  private record Images(Shape shape, byte[][] rows) {}

  private static ShapedSplit split(Path folder, String imageName, String labelName, int classes) {
    var imageFile = locate(folder, imageName);
    var labelFile = locate(folder, labelName);
    var images = images(imageFile);
    var labels = labels(labelFile, classes);
    if (images.rows.length != labels.length) {
      throw new EspalierException(
          "%s: %d labels, expected %d as there are images in %s"
              .formatted(labelFile, labels.length, images.rows.length, imageFile.getFileName()));
    }
    var samples = new Samples.Bytes(images.rows, images.shape.size());
    return new ShapedSplit(images.shape, new Split(samples, labels));
  }

  private static Path locate(Path folder, String name) {
    var plain = folder.resolve(name);
    return Files.exists(plain) ? plain : folder.resolve(name + ".gz");
  }

  private static Images images(Path file) {
    return CheckedInput.read(
        file,
        (in, limit) -> {
          magic(file, in, IMAGES, "idx images of unsigned bytes");
          var count = extent(file, in, "image count", Integer.MAX_VALUE);
          var height = extent(file, in, "height", MAX_SIDE);
          var width = extent(file, in, "width", MAX_SIDE);
          room(file, 16 + (long) count * height * width, limit);
          var rows = new byte[count][];
          for (var i = 0; i < count; i++) {
            rows[i] = new byte[height * width];
            readFully(file, in, rows[i], "image " + i + " of " + count);
          }
          return new Images(new Shape(1, height, width), rows);
        });
  }

  private static int[] labels(Path file, int classes) {
    return CheckedInput.read(
        file,
        (in, limit) -> {
          magic(file, in, LABELS, "idx labels of unsigned bytes");
          var count = extent(file, in, "label count", Integer.MAX_VALUE);
          room(file, 8 + (long) count, limit);
          var bytes = new byte[count];
          readFully(file, in, bytes, count + " labels");
          return CheckedInput.labels(file, bytes, classes);
        });
  }

  private static void magic(Path file, DataInputStream in, int expected, String kind)
      throws IOException {
    var magic = header(file, in);
    if (magic != expected) {
      throw new EspalierException(
          "%s: magic number %d, expected %d (%s)".formatted(file, magic, expected, kind));
    }
  }

  private static int extent(Path file, DataInputStream in, String name, int largest)
      throws IOException {
    var extent = header(file, in);
    if (extent < 1 || extent > largest) {
      throw new EspalierException(
          "%s: %s %d, expected 1 to %d".formatted(file, name, extent, largest));
    }
    return extent;
  }

  private static int header(Path file, DataInputStream in) throws IOException {
    var bytes = new byte[4];
    readFully(file, in, bytes, "its header");
    return ByteBuffer.wrap(bytes).getInt();
  }

  private static void room(Path file, long needed, long limit) {
    if (needed > limit) {
      throw new EspalierException(
          "%s: its header announces %d bytes, expected at most %d from a file of this size"
              .formatted(file, needed, limit));
    }
  }

  private static void readFully(Path file, DataInputStream in, byte[] into, String what)
      throws IOException {
    try {
      in.readFully(into);
    } catch (EOFException e) {
      throw new EspalierException("%s: ends before %s is complete".formatted(file, what), e);
    }
  }
}
