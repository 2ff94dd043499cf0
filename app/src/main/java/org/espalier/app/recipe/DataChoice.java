package org.espalier.app.recipe;

import org.espalier.data.batch.Augmentation;
import org.espalier.engine.EspalierException;

/**
 * Which samples a network meets, and how they are prepared.
 *
 * @param name of a data set, as {@code espalier data} lists them
 * @param dir folder to look in first; empty for the usual places, not part of the fingerprint
 * @param validation training samples held out to choose by
 */
public record DataChoice(
    String name,
    String dir,
    int validation,
    AugmentationChoice augmentation,
    NormalisationChoice normalisation) {

  /** Random changes to training images. */
  public enum AugmentationChoice {
    NONE(0, false),
    /** Mirrored left to right every other time. */
    FLIP(0, true),
    /** Padded by four reflected pixels on all sides and cut out at a random place. */
    CROP(4, false),
    /** Both. */
    CROP_FLIP(4, true);

    private final int padding;
    private final boolean flip;

    AugmentationChoice(int padding, boolean flip) {
      this.padding = padding;
      this.flip = flip;
    }

    public Augmentation augmentation() {
      return new Augmentation(padding, Augmentation.Padding.REFLECTION, flip);
    }
  }

  /** What happens to the values of a sample. */
  public enum NormalisationChoice {
    /** As they are; images are 0 to 1. */
    NONE,
    /** Each channel to mean 0 and deviation 1, measured on the training samples. */
    MEASURED,
    /** That of the network the run starts from: the default where there is one. */
    INHERITED
  }

  public DataChoice {
    if (validation < 0) {
      throw new EspalierException("data.validation " + validation + ": expected 0 or more samples");
    }
  }
}
