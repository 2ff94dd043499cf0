package org.espalier.data.format;

import org.espalier.engine.EspalierException;

/** How many samples are held out for testing where a data set comes in one piece. */
final class HeldOut {
  private HeldOut() {}

  static int size(String name, int samples, double share) {
    if (samples < 2) {
      throw new EspalierException(
          "%s: %d samples, expected at least 2 to make a training and a test split"
              .formatted(name, samples));
    }
    return Math.clamp(Math.round(samples * share), 1, samples - 1);
  }
}
