package org.espalier.data.batch;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.RandomStream;

/**
 * Random changes to training images: the image is padded on all sides, a window of its own size is
 * cut out at a random place, and the result is mirrored left to right every other time.
 *
 * <p>This is the usual recipe for CIFAR (padding 4 and flips; Lee et al., "Deeply-Supervised Nets",
 * 2015). It acts on raw values, before normalisation: zero padding is black.
 *
 * @param padding pixels added on each side; 0 leaves the place alone
 */
public record Augmentation(int padding, Padding kind, boolean flip) {

  /** What lies beyond the edge of an image. */
  public enum Padding {
    /** Black. */
    ZERO,
    /** The image mirrored at its edge pixels, which are not repeated. */
    REFLECTION
  }

  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, Padding.ZERO, false);

  public Augmentation {
    if (padding < 0) {
      throw new EspalierException("padding " + padding + ": expected 0 or more pixels");
    }
  }

  public boolean isNone() {
    return padding == 0 && !flip;
  }

  /** Refuses a shape that this augmentation is not defined for. */
  void check(Shape shape) {
    var smallest = Math.min(shape.height(), shape.width());
    if (kind == Padding.REFLECTION && padding >= smallest) {
      throw new EspalierException(
          "reflection padding %d on samples of shape %s: expected less than %d, the shorter side"
              .formatted(padding, shape, smallest));
    }
    if (!isNone() && shape.flat()) {
      throw new EspalierException(
          "augmentation of samples of shape %s: expected images".formatted(shape));
    }
  }

  /** Draws the changes for one sample and writes the changed image to {@code into}. */
  void apply(float[] image, Shape shape, RandomStream random, float[] into, int at) {
    var down = random.nextInt(2 * padding + 1) - padding;
    var right = random.nextInt(2 * padding + 1) - padding;
    var mirrored = flip && random.nextInt(2) == 1;
    apply(image, shape, down, right, mirrored, into, at);
  }

  /** Writes the window that lies {@code down} and {@code right} of the image itself. */
  void apply(
      float[] image, Shape shape, int down, int right, boolean mirrored, float[] into, int at) {
    var height = shape.height();
    var width = shape.width();
    var target = at;
    for (var channel = 0; channel < shape.channels(); channel++) {
      for (var y = 0; y < height; y++) {
        var row = source(y + down, height);
        for (var x = 0; x < width; x++) {
          var column = source((mirrored ? width - 1 - x : x) + right, width);
          into[target++] =
              row < 0 || column < 0 ? 0 : image[(channel * height + row) * width + column];
        }
      }
    }
  }

  /** The pixel that stands at {@code place} of a padded line, or -1 for black. */
  private int source(int place, int length) {
    if (place >= 0 && place < length) {
      return place;
    }
    return switch (kind) {
      case ZERO -> -1;
      case REFLECTION -> place < 0 ? -place : 2 * (length - 1) - place;
    };
  }
}
