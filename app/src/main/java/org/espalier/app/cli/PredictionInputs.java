package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.data.format.CsvLine;
import org.espalier.data.format.CsvLines;
import org.espalier.data.format.ImageFile;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.Shape;
import org.espalier.formats.numpy.NpyFile;

/**
 * Samples without labels, read from image files, folders of them, CSV files and NumPy's arrays,
 * some at a time.
 */
final class PredictionInputs {
  private static final float WHITE = 255;

  private final Shape shape;
  private final int together;
  private final Consumer<List<Sample>> sink;
  private final List<Sample> waiting = new ArrayList<>();

  /**
   * One sample.
   *
   * @param name its file, and where in it
   * @param values {@code [channel][height][width]}, not normalised
   */
  record Sample(String name, float[] values) {}

  private PredictionInputs(Shape shape, int together, Consumer<List<Sample>> sink) {
    this.shape = shape;
    this.together = together;
    this.sink = sink;
  }

  /**
   * Hands all samples of {@code files} to {@code sink}, in order, {@code together} at a time.
   *
   * @param shape that every sample must have
   */
  static void read(List<Path> files, Shape shape, int together, Consumer<List<Sample>> sink) {
    var inputs = new PredictionInputs(shape, together, sink);
    files.forEach(inputs::read);
    inputs.flush();
  }

  private void add(String name, float[] values) {
    waiting.add(new Sample(name, values));
    if (waiting.size() == together) {
      flush();
    }
  }

  private void flush() {
    if (!waiting.isEmpty()) {
      sink.accept(List.copyOf(waiting));
      waiting.clear();
    }
  }

  private void read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        try (var entries = Files.list(file)) {
          entries.filter(PredictionInputs::isImage).sorted().forEach(this::image);
        }
      } else if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
        table(file);
      } else if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
        array(file);
      } else {
        image(file);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    }
  }

  private static boolean isImage(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpg|jpeg)");
  }

  private void image(Path file) {
    var image = ImageFile.read(file);
    if (!image.shape().equals(shape)) {
      throw new EspalierException(
          "%s: image of shape %s (channels×height×width), expected %s"
              .formatted(file, image.shape(), shape));
    }
    var values = new float[shape.size()];
    for (var i = 0; i < values.length; i++) {
      values[i] = (image.pixels()[i] & 0xFF) / WHITE;
    }
    add(file.toString(), values);
  }

  /** One sample, or some along the first axis; the other axes only have to have as many values. */
  private void array(Path file) {
    var array = NpyFile.read(file);
    var extents = array.shape();
    var size = shape.size();
    var values = array.values();
    if (values.length == size) {
      add(file.toString(), values);
      return;
    }
    if (extents.isEmpty() || values.length != (long) extents.getFirst() * size) {
      throw new EspalierException(
          "%s: array of shape %s, expected %s (channels×height×width) or some of that along a first"
                  .formatted(file, extents, shape)
              + " axis");
    }
    for (var sample = 0; sample < extents.getFirst(); sample++) {
      add(
          file + "[" + sample + "]",
          Arrays.copyOfRange(values, sample * size, (sample + 1) * size));
    }
  }

  /** One sample per line, without a label; a first line that is not all numbers is a header. */
  private void table(Path file) {
    try (var lines = CsvLines.open(file)) {
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        add(line.get());
      }
    }
  }

  private void add(CsvLine line) {
    var columns = line.cells().size();
    var header = line.number() == 1 && !IntStream.range(0, columns).allMatch(line::holdsNumber);
    if (header) {
      return;
    }
    if (columns != shape.size()) {
      throw new EspalierException(
          "%s:%d: %d values, expected %d"
              .formatted(line.file(), line.number(), columns, shape.size()));
    }
    var values = new float[columns];
    for (var column = 0; column < columns; column++) {
      values[column] = line.number(column);
    }
    add(line.file() + ":" + line.number(), values);
  }
}
