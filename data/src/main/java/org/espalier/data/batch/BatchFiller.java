package org.espalier.data.batch;

import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.Normalisation;

/**
 * Fills the batch of any iteration: a pure function of (seed, iteration), whatever was filled
 * before.
 *
 * <p>The order of an epoch is drawn from stream (ORDER, epoch), the changes to a sample from stream
 * (AUGMENTATION, epoch, sample).
 */
final class BatchFiller {
  private final Split split;
  private final Shape shape;
  private final Normalisation normalisation;
  private final Augmentation augmentation;
  private final Randoms randoms;
  private final int batchesPerEpoch;
  private int[] order = {}; // [place in epoch] -> sample
  private final float[] image;
  private long orderedEpoch = -1;

  BatchFiller(
      Split split,
      Shape shape,
      Normalisation normalisation,
      Augmentation augmentation,
      Randoms randoms,
      int batchesPerEpoch) {
    this.split = split;
    this.shape = shape;
    this.normalisation = normalisation;
    this.augmentation = augmentation;
    this.randoms = randoms;
    this.batchesPerEpoch = batchesPerEpoch;
    this.image = new float[shape.size()];
  }

  void fill(long iteration, Batch batch) {
    var epoch = iteration / batchesPerEpoch;
    if (epoch != orderedEpoch) {
      drawOrder(epoch);
    }
    var first = (int) (iteration % batchesPerEpoch) * batch.capacity();
    batch.size(batch.capacity());
    for (var i = 0; i < batch.size(); i++) {
      var sample = order[first + i];
      fill(epoch, sample, batch.features(), i * batch.sampleSize());
      batch.labels()[i] = split.label(sample);
    }
  }

  private void fill(long epoch, int sample, float[] into, int at) {
    if (augmentation.isNone()) {
      split.copy(sample, into, at);
    } else {
      split.copy(sample, image, 0);
      var random = randoms.stream(Purpose.AUGMENTATION, epoch, sample);
      augmentation.apply(image, shape, random, into, at);
    }
    normalisation.apply(into, at, shape.height() * shape.width());
  }

  private void drawOrder(long epoch) {
    order = randoms.stream(Purpose.ORDER, epoch, 0).permutation(split.size());
    orderedEpoch = epoch;
  }
}
