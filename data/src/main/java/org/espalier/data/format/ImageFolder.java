package org.espalier.data.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.data.Dataset;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;

/**
 * A folder of labelled PNG and JPEG images: each subfolder is a class, in alphabetical order.
 *
 * <p>With subfolders {@code train} and {@code test} these are the splits; otherwise a part of all
 * images, drawn by seed, becomes the test split. All images must have one size and be all grey or
 * all colour: nothing is resized or converted behind the user's back.
 */
public final class ImageFolder {
  /** The share of the images that is held out for testing where the folder has no splits. */
  public static final double TEST_SHARE = 0.2;

  private ImageFolder() {}

  /** Reads {@code folder}; {@code seed} matters only where it has to be split. */
  public static Dataset read(Path folder, long seed) {
    // Without permission neither can be told, and listing the folder says so.
    if (Files.notExists(folder) || Files.isRegularFile(folder)) {
      throw new EspalierException(folder + ": expected a folder with one subfolder per class");
    }
    var name = "folder:" + folder;
    var train = folder.resolve("train");
    var test = folder.resolve("test");
    if (!Files.isDirectory(train) || !Files.isDirectory(test)) {
      var classes = subfolders(folder);
      var all = load(labelled(folder, classes));
      var held = HeldOut.size(name, all.split.size(), TEST_SHARE);
      var parts = Dataset.partition(all.split, held, seed);
      return new Dataset(name, all.shape, classes, parts.get(1), parts.get(0));
    }
    var classes = subfolders(train);
    if (!subfolders(test).equals(classes)) {
      throw new EspalierException(
          "%s: classes %s, expected those of the training split, %s"
              .formatted(test, subfolders(test), classes));
    }
    return both(name, classes, labelled(train, classes), labelled(test, classes));
  }

  private record LabelledFile(Path file, int label) {}

  private record ShapedSplit(Shape shape, Split split) {}

  /** Loads both splits as one, so that all images are held to the same size. */
  private static Dataset both(
      String name, List<String> classes, List<LabelledFile> train, List<LabelledFile> test) {
    var files = new ArrayList<>(train);
    files.addAll(test);
    var all = load(files);
    var boundary = train.size();
    return new Dataset(
        name,
        all.shape,
        classes,
        all.split.select(IntStream.range(0, boundary).toArray()),
        all.split.select(IntStream.range(boundary, files.size()).toArray()));
  }

  private static ShapedSplit load(List<LabelledFile> files) {
    var first = ImageFile.read(files.getFirst().file);
    var rows = new byte[files.size()][];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(i -> rows[i] = ImageFile.read(files.get(i).file, first.shape()).pixels());
    var labels = files.stream().mapToInt(LabelledFile::label).toArray();
    return new ShapedSplit(
        first.shape(), new Split(new Samples.Bytes(rows, first.shape().size()), labels));
  }

  private static List<LabelledFile> labelled(Path folder, List<String> classes) {
    var files = new ArrayList<LabelledFile>();
    for (var label = 0; label < classes.size(); label++) {
      var images = list(folder.resolve(classes.get(label))).stream().filter(ImageFolder::isImage);
      var before = files.size();
      for (var image : images.toList()) {
        files.add(new LabelledFile(image, label));
      }
      if (files.size() == before) {
        throw new EspalierException(
            folder.resolve(classes.get(label)) + ": no images, expected .png, .jpg or .jpeg files");
      }
    }
    return files;
  }

  private static List<String> subfolders(Path folder) {
    var names =
        list(folder).stream()
            .filter(Files::isDirectory)
            .map(path -> path.getFileName().toString())
            .filter(name -> !name.startsWith("."))
            .toList();
    if (names.size() < 2) {
      throw new EspalierException(
          "%s: %d subfolders, expected one per class and at least two"
              .formatted(folder, names.size()));
    }
    return names;
  }

  private static boolean isImage(Path file) {
    var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  /** In the order of the names' characters, the same on every file system and in every language. */
  private static List<Path> list(Path folder) {
    try (var entries = Files.list(folder)) {
      var paths = entries.toArray(Path[]::new);
      Arrays.sort(
          paths, (a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()));
      return List.of(paths);
    } catch (IOException e) {
      throw CheckedInput.failure(folder, e);
    }
  }
}
