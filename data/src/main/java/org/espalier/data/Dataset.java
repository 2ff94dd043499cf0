package org.espalier.data;

import java.util.Arrays;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/**
 * A labelled data set in memory: what it is called, the shape of a sample, its classes and splits.
 *
 * @param classes names in the order of the labels 0, 1, …
 * @param validation empty unless {@linkplain #withValidation carved out} of the training split
 */
public record Dataset(
    String name, Shape shape, List<String> classes, Split train, Split validation, Split test) {

  public Dataset {
    classes = List.copyOf(classes);
    if (train.isEmpty()) {
      throw new EspalierException(name + ": the training split is empty, expected samples");
    }
    for (var split : List.of(train, validation, test)) {
      check(name, shape, classes.size(), split);
    }
  }

  /** A data set without a validation split. */
  public Dataset(String name, Shape shape, List<String> classes, Split train, Split test) {
    this(name, shape, classes, train, Split.empty(shape.size()), test);
  }

  /**
   * Moves {@code size} training samples, drawn by {@code seed} without regard to class, into the
   * validation split. Both splits keep the order of the file.
   */
  public Dataset withValidation(int size, long seed) {
    if (size < 1 || size >= train.size()) {
      throw new EspalierException(
          "validation size %d: expected 1 to %d, less than the %d training samples of %s"
              .formatted(size, train.size() - 1, train.size(), name));
    }
    if (!validation.isEmpty()) {
      throw new IllegalStateException(name + " already has a validation split");
    }
    var halves = partition(train, size, seed);
    return new Dataset(name, shape, classes, halves.get(1), halves.get(0), test);
  }

  /**
   * Splits {@code samples} at random into {@code size} and the rest, each in the original order.
   */
  public static List<Split> partition(Split samples, int size, long seed) {
    var order = new Randoms(seed).stream(Purpose.DATA, 0, 0).permutation(samples.size());
    var drawn = Arrays.copyOf(order, size);
    var rest = Arrays.copyOfRange(order, size, order.length);
    Arrays.sort(drawn);
    Arrays.sort(rest);
    return List.of(samples.select(drawn), samples.select(rest));
  }

  private static void check(String name, Shape shape, int classes, Split split) {
    if (split.sampleSize() != shape.size()) {
      throw new IllegalArgumentException(
          name + ": samples of " + split.sampleSize() + " values, expected shape " + shape);
    }
    for (var i = 0; i < split.size(); i++) {
      if (split.label(i) < 0 || split.label(i) >= classes) {
        throw new EspalierException(
            "%s: label %d of sample %d, expected 0 to %d"
                .formatted(name, split.label(i), i, classes - 1));
      }
    }
  }
}
