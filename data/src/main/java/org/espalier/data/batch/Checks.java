package org.espalier.data.batch;

import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;

/** What both kinds of batches ask of their input. */
final class Checks {
  private Checks() {}

  static void batch(Split split, Shape shape, Normalisation normalisation, int batchSize) {
    if (batchSize < 1) {
      throw new EspalierException("batch size " + batchSize + ": expected 1 or more");
    }
    if (split.sampleSize() != shape.size()) {
      throw new IllegalArgumentException(
          "samples of " + split.sampleSize() + " values: expected shape " + shape);
    }
    if (normalisation.channels() != shape.channels()) {
      throw new EspalierException(
          "normalisation of %d channels for samples of shape %s: expected %d"
              .formatted(normalisation.channels(), shape, shape.channels()));
    }
  }
}
