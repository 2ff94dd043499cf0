package org.espalier.bench;

import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Shape;

/** Shapes and times as users type them. */
final class Inputs {
  private Inputs() {}

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

  /** Refuses the value of {@code --seconds} that is no time to measure for. */
  static void requireTime(double seconds) {
    requireTime("--seconds", seconds);
  }

  /** Refuses the value of an option that is no time. */
  static void requireTime(String option, double seconds) {
    if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new UsageException(option + " " + seconds + ": expected a number above 0");
    }
  }
}
