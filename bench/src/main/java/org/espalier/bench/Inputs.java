package org.espalier.bench;

import java.util.Collections;
import java.util.List;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Shape;

/** Shapes and times as users type them. */
final class Inputs {
  private Inputs() {}

  /** What a model is usually fed: images of MNIST for perceptrons and LeNets, else of CIFAR. */
  static String usual(String model) {
    return model.startsWith("mlp") || model.startsWith("lenet") ? "1x28x28" : "3x32x32";
  }

  /** {@code 3x32x32} or {@code 784}. */
  static Shape shape(String text) {
    try {
      var extents = text.split("x", -1);
      return switch (extents.length) {
        case 1 -> Shape.features(Integer.parseInt(text));
        case 3 ->
            new Shape(
                Integer.parseInt(extents[0]),
                Integer.parseInt(extents[1]),
                Integer.parseInt(extents[2]));
        default -> throw new IllegalArgumentException("expected 1 or 3 extents");
      };
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--input " + text + ": expected CHANNELSxHEIGHTxWIDTH such as 3x32x32, or FEATURES");
    }
  }

  /** As many values as asked for, of an option that takes one for all or one for each. */
  static <T> List<T> each(String option, List<T> values, int count) {
    if (values.size() != 1 && values.size() != count) {
      throw new UsageException(
          option
              + ": "
              + values.size()
              + " values for "
              + count
              + " models: expected 1 or "
              + count);
    }
    return values.size() == count ? values : Collections.nCopies(count, values.getFirst());
  }

  /** Refuses the value of {@code --seconds} that is no time to measure for. */
  static void requireTime(double seconds) {
    if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new UsageException("--seconds " + seconds + ": expected a number above 0");
    }
  }
}
