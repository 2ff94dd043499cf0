package org.espalier.data.glyphs;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.data.Dataset;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/**
 * Thirty hand-drawn looking characters, 28×28 grey, made on the spot: the data set that needs no
 * file.
 *
 * <p>After ten epochs of plain SGD with momentum, softmax regression reaches 71 % on the test split
 * and a dense LeNet-300-100 95.5 %.
 *
 * <p>Sample i of a split has the class {@code i mod 30}, and its picture depends on (seed, split,
 * i) alone, so the data are the same whatever the sizes and the number of threads.
 */
public final class Glyphs {
  public static final String NAME = "glyphs";
  public static final int TRAIN_SIZE = 30_000;
  public static final int TEST_SIZE = 6_000;

  /** The seed of the data set that goes by the name alone. */
  public static final long SEED = 1;

  private static final int SIDE = 28;

  private Glyphs() {}

  /** The data set in its usual form, the same for every run. */
  public static Dataset dataset() {
    return dataset(SEED, TRAIN_SIZE, TEST_SIZE);
  }

  /** Draws a data set of the given sizes. */
  public static Dataset dataset(long seed, int trainSize, int testSize) {
    var outlines = Outline.all();
    return new Dataset(
        NAME,
        new Shape(1, SIDE, SIDE),
        outlines.stream().map(Outline::name).toList(),
        split(outlines, new Randoms(seed), 0, trainSize),
        split(outlines, new Randoms(seed), 1, testSize));
  }

  private static Split split(List<Outline> outlines, Randoms randoms, int split, int size) {
    var rows = new byte[size][];
    IntStream.range(0, size)
        .parallel()
        .forEach(
            i -> {
              var writer = new Writer(SIDE, randoms.stream(Purpose.DATA, split, i));
              rows[i] = writer.draw(outlines.get(i % outlines.size()));
            });
    var labels = IntStream.range(0, size).map(i -> i % outlines.size()).toArray();
    return new Split(new Samples.Bytes(rows, SIDE * SIDE), labels);
  }
}
