package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.Normalisation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainingBatchesTest {
  private static final Shape SHAPE = new Shape(1, 4, 4);
  private static final Augmentation CROP =
      new Augmentation(2, Augmentation.Padding.REFLECTION, true);

  @Test
  void epochVisitsEachSampleAtMostOnceAndLeavesOutTheRest() {
    try (var batches = batches(numbered(10), Augmentation.NONE, 3, 1)) {
      assertThat(batches.batchesPerEpoch()).isEqualTo(3);
      var seen = labels(batches, 3);
      assertThat(seen).hasSize(9).doesNotHaveDuplicates();
    }
  }

  @Test
  void featuresBelongToTheirLabels() {
    try (var batches = batches(numbered(10), Augmentation.NONE, 5, 1)) {
      var batch = batches.next();
      for (var i = 0; i < batch.size(); i++) {
        assertThat(batch.features()[i * 16]).isEqualTo(batch.labels()[i]);
      }
    }
  }

  @Test
  void everyEpochHasAnOrderOfItsOwn() {
    try (var batches = batches(numbered(40), Augmentation.NONE, 40, 1)) {
      var first = labels(batches, 1);
      var second = labels(batches, 1);
      assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
    }
  }

  @Test
  void ordersOfDifferentSeedsDiffer() {
    try (var one = batches(numbered(40), Augmentation.NONE, 40, 1);
        var two = batches(numbered(40), Augmentation.NONE, 40, 2)) {
      assertThat(labels(one, 1)).isNotEqualTo(labels(two, 1));
    }
  }

  @Test
  void soughtBatchEqualsTheUninterruptedOne() {
    var expected = new ArrayList<float[]>();
    try (var batches = batches(numbered(10), CROP, 3, 7)) {
      for (var i = 0; i < 12; i++) {
        expected.add(copy(batches.next()));
      }
    }
    for (var start = 0; start < 12; start++) {
      try (var resumed = batches(numbered(10), CROP, 3, 7)) {
        resumed.seek(start);
        for (var i = start; i < 12; i++) {
          assertThat(copy(resumed.next()))
              .as("batch %d from %d", i, start)
              .isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void seekingBackAndForthWhileThePrefetchRunsIsExact() {
    try (var reference = batches(numbered(30), CROP, 4, 3);
        var batches = batches(numbered(30), CROP, 4, 3)) {
      var expected = new ArrayList<float[]>();
      for (var i = 0; i < 40; i++) {
        expected.add(copy(reference.next()));
      }
      for (var round = 0; round < 500; round++) {
        var iteration = round * 17 % 39;
        batches.seek(iteration);
        assertThat(copy(batches.next())).isEqualTo(expected.get(iteration));
        if (round % 3 == 0) {
          assertThat(copy(batches.next())).isEqualTo(expected.get(iteration + 1));
        }
      }
    }
  }

  @Test
  void lentBatchStaysUntouchedWhileTheNextIsPrepared() throws InterruptedException {
    try (var batches = batches(numbered(30), CROP, 4, 3)) {
      for (var i = 0; i < 20; i++) {
        var batch = batches.next();
        var before = copy(batch);
        Thread.sleep(2);
        assertThat(copy(batch)).isEqualTo(before);
      }
    }
  }

  @Test
  void onlyTwoBuffersAreEverUsed() {
    try (var batches = batches(numbered(30), CROP, 4, 3)) {
      var first = batches.next();
      var second = batches.next();
      assertThat(second).isNotSameAs(first);
      assertThat(batches.next()).isSameAs(first);
      assertThat(batches.next()).isSameAs(second);
    }
  }

  @Test
  void failureOfTheThreadSurfacesInNext() {
    var rows = new byte[8][16];
    var split = new Split(new Samples.Bytes(rows, 16), new int[8]);
    rows[5] = new byte[40]; // too long for the last place of a batch: the copy overruns its buffer
    try (var batches = batches(split, Augmentation.NONE, 1, 1)) {
      assertThatThrownBy(() -> labels(batches, 8))
          .isInstanceOf(EspalierException.class)
          .hasMessageMatching("batch \\d: .*")
          .hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
      assertThatThrownBy(batches::next).isInstanceOf(EspalierException.class);
    }
  }

  @Test
  void closeEndsTheThread() {
    var batches = batches(numbered(10), CROP, 3, 1);
    batches.next();
    batches.close();
    batches.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("prefetch") && thread.isAlive());
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void batchLargerThanTheSplitIsRefused() {
    assertThatThrownBy(() -> batches(numbered(10), Augmentation.NONE, 11, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessage("batch size 11: expected at most 10, the number of training samples");
  }

  private static TrainingBatches batches(
      Split split, Augmentation augmentation, int batchSize, long seed) {
    return new TrainingBatches(
        split, SHAPE, Normalisation.none(1), augmentation, batchSize, new Randoms(seed));
  }

  private static List<Integer> labels(TrainingBatches batches, int count) {
    var labels = new ArrayList<Integer>();
    for (var i = 0; i < count; i++) {
      for (var label : batches.next().labels()) {
        labels.add(label);
      }
    }
    return labels;
  }

  private static float[] copy(Batch batch) {
    var all = Arrays.copyOf(batch.features(), batch.features().length + batch.size());
    for (var i = 0; i < batch.size(); i++) {
      all[batch.features().length + i] = batch.labels()[i];
    }
    return all;
  }

  /** Sample i: sixteen different values from i on, label i. */
  private static Split numbered(int count) {
    var rows = new float[count][16];
    var labels = new int[count];
    for (var i = 0; i < count; i++) {
      for (var p = 0; p < 16; p++) {
        rows[i][p] = i + 100 * p;
      }
      labels[i] = i;
    }
    return new Split(new Samples.Floats(rows, 16), labels);
  }
}
