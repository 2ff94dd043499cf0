package org.espalier.data.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.espalier.data.Dataset;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;

/**
 * Tables of numbers with a label column, one line per sample, a header or none; {@link CsvLines}
 * says how lines are written.
 *
 * <p>The first line is a header if any of its feature cells is not a number. Labels are words or
 * numbers; their classes are in numerical order if all are whole numbers, otherwise alphabetical.
 * The path is a file, of which a part drawn by seed becomes the test split, or a folder with {@code
 * train.csv} and {@code test.csv}.
 */
public final class CsvFile {
  /** The share of the samples that is held out for testing where there is one file. */
  public static final double TEST_SHARE = 0.2;

  private final Path file;
  private final int columns;
  private final int labelColumn;
  private final List<float[]> rows = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  /**
   * Reads a file or a folder.
   *
   * @param label name of the label column, which takes a header; the last column if empty
   * @param seed matters only where one file has to be split
   */
  public static Dataset read(Path path, Optional<String> label, long seed) {
    var name = "csv:" + path;
    if (!Files.isDirectory(path)) {
      var table = table(path, label);
      var classes = classes(List.of(table));
      var held = HeldOut.size(name, table.rows.size(), TEST_SHARE);
      var parts = Dataset.partition(table.split(classes), held, seed);
      return new Dataset(name, table.shape(), classes, parts.get(1), parts.get(0));
    }
    var train = table(path.resolve("train.csv"), label);
    var test = table(path.resolve("test.csv"), label);
    if (test.columns != train.columns || test.labelColumn != train.labelColumn) {
      throw new EspalierException(
          "%s: %d columns, the label in column %d; expected %d and %d as in %s"
              .formatted(
                  test.file,
                  test.columns,
                  test.labelColumn + 1,
                  train.columns,
                  train.labelColumn + 1,
                  train.file.getFileName()));
    }
    var classes = classes(List.of(train, test));
    return new Dataset(name, train.shape(), classes, train.split(classes), test.split(classes));
  }

  private CsvFile(Path file, int columns, int labelColumn) {
    this.file = file;
    this.columns = columns;
    this.labelColumn = labelColumn;
  }

  private static CsvFile table(Path file, Optional<String> label) {
    try (var lines = CsvLines.open(file)) {
      var first =
          lines
              .next()
              .filter(line -> line.number() == 1)
              .orElseThrow(
                  () -> new EspalierException(file + ":1: empty, expected a header or a sample"));
      var cells = first.cells();
      if (cells.size() < 2) {
        throw new EspalierException(
            file + ":1: one column, expected features and a label between commas");
      }
      var labelColumn = label.map(name -> column(file, cells, name)).orElse(cells.size() - 1);
      var table = new CsvFile(file, cells.size(), labelColumn);
      if (label.isEmpty() && table.isSample(first)) {
        table.add(first);
      }
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        table.add(line.get());
      }
      if (table.rows.isEmpty()) {
        throw new EspalierException(file + ": a header and nothing else, expected samples");
      }
      return table;
    }
  }

  private void add(CsvLine line) {
    var cells = line.cells();
    if (cells.size() != columns) {
      throw new EspalierException(
          "%s:%d: %d columns, expected %d as in the first line"
              .formatted(file, line.number(), cells.size(), columns));
    }
    var row = new float[columns - 1];
    var at = 0;
    for (var column = 0; column < columns; column++) {
      if (column != labelColumn) {
        row[at++] = line.number(column);
      }
    }
    if (cells.get(labelColumn).isEmpty()) {
      throw new EspalierException(
          "%s:%d: column %d is empty, expected a label"
              .formatted(file, line.number(), labelColumn + 1));
    }
    rows.add(row);
    labels.add(cells.get(labelColumn));
  }

  private boolean isSample(CsvLine line) {
    return IntStream.range(0, columns)
        .allMatch(column -> column == labelColumn || line.holdsNumber(column));
  }

  private static int column(Path file, List<String> header, String name) {
    var column = header.indexOf(name);
    if (column < 0) {
      throw new EspalierException(
          "%s:1: no column '%s' for the label, expected one of %s".formatted(file, name, header));
    }
    return column;
  }

  private static List<String> classes(List<CsvFile> tables) {
    var names = new TreeSet<String>();
    tables.forEach(table -> names.addAll(table.labels));
    var classes = new ArrayList<>(names);
    if (names.stream().allMatch(name -> name.matches("[+-]?\\d{1,18}"))) {
      classes.sort(Comparator.comparingLong(Long::parseLong));
    }
    if (classes.size() < 2) {
      throw new EspalierException(
          tables.getFirst().file + ": one class, " + classes + ", expected at least two");
    }
    return classes;
  }

  private Shape shape() {
    return Shape.features(columns - 1);
  }

  private Split split(List<String> classes) {
    var numbers = new HashMap<String, Integer>();
    classes.forEach(name -> numbers.put(name, numbers.size()));
    var labelNumbers = labels.stream().mapToInt(numbers::get).toArray();
    return new Split(new Samples.Floats(rows.toArray(float[][]::new), columns - 1), labelNumbers);
  }
}
