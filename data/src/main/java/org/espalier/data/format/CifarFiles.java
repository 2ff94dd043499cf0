package org.espalier.data.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.data.Dataset;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;

/**
 * The binary layout of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning Multiple Layers of Features
 * from Tiny Images", 2009): records of label bytes and 3×32×32 pixel bytes, one after the other.
 *
 * <p>A file may have any number of records. The layout has no header and no checksum, so damaged
 * pixels go unnoticed; lengths and labels are checked.
 *
 * @param folder the folder inside the published archive
 * @param labelBytes label bytes per record; the last one counts
 */
public record CifarFiles(
    String folder, int labelBytes, List<String> trainFiles, String testFile, List<String> classes) {

  /** One label byte; five training files and one test file. */
  public static final CifarFiles CIFAR_10 =
      new CifarFiles(
          "cifar-10-batches-bin",
          1,
          List.of(
              "data_batch_1.bin",
              "data_batch_2.bin",
              "data_batch_3.bin",
              "data_batch_4.bin",
              "data_batch_5.bin"),
          "test_batch.bin",
          List.of("airplane automobile bird cat deer dog frog horse ship truck".split(" ")));

  /** A coarse and a fine label byte; one file per split. */
  public static final CifarFiles CIFAR_100 =
      new CifarFiles(
          "cifar-100-binary",
          2,
          List.of("train.bin"),
          "test.bin",
          List.of(fineNames().split("\\s+")));

  private static final Shape SHAPE = new Shape(3, 32, 32);
  private static final int COARSE_CLASSES = 20;

  /** The files that {@link #read} needs. */
  public List<String> files() {
    var files = new ArrayList<>(trainFiles);
    files.add(testFile);
    return files;
  }

  /** Reads the training and test files of {@code folder}. */
  public Dataset read(String name, Path folder) {
    var train = new Records();
    for (var file : trainFiles) {
      append(folder.resolve(file), train);
    }
    var test = new Records();
    append(folder.resolve(testFile), test);
    return new Dataset(name, SHAPE, classes, train.split(), test.split());
  }

  private void append(Path file, Records records) {
    var count = count(file);
    CheckedInput.read(
        file,
        (in, _) -> {
          var head = new byte[labelBytes];
          for (var i = 0; i < count; i++) {
            var pixels = new byte[SHAPE.size()];
            in.readFully(head);
            in.readFully(pixels);
            if (labelBytes == 2) {
              CheckedInput.label(file, i, head[0], COARSE_CLASSES);
            }
            records.add(pixels, CheckedInput.label(file, i, head[labelBytes - 1], classes.size()));
          }
          return count;
        });
  }

  private int count(Path file) {
    var recordSize = labelBytes + SHAPE.size();
    try {
      var size = Files.size(file);
      if (size == 0 || size % recordSize != 0 || size / recordSize > Integer.MAX_VALUE) {
        throw new EspalierException(
            "%s: %d bytes, expected a multiple of %d, the size of a record"
                .formatted(file, size, recordSize));
      }
      return (int) (size / recordSize);
    } catch (IOException e) {
      throw CheckedInput.failure(file, e);
    }
  }

  private static final class Records {
    private final List<byte[]> rows = new ArrayList<>();
    private int[] labels = new int[1024];

    void add(byte[] row, int label) {
      if (rows.size() == labels.length) {
        labels = Arrays.copyOf(labels, 2 * labels.length);
      }
      labels[rows.size()] = label;
      rows.add(row);
    }

    Split split() {
      var samples = new Samples.Bytes(rows.toArray(byte[][]::new), SHAPE.size());
      return new Split(samples, Arrays.copyOf(labels, rows.size()));
    }
  }

  private static String fineNames() {
    return """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle \
    bowl boy bridge bus butterfly camel can castle caterpillar cattle \
    chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur \
    dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard \
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain \
    mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree \
    plain plate poppy porcupine possum rabbit raccoon ray road rocket \
    rose sea seal shark shrew skunk skyscraper snail snake spider \
    squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor \
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm\
    """;
  }
}
