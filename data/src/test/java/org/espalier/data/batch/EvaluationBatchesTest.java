package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;
import org.junit.jupiter.api.Test;

class EvaluationBatchesTest {

  @Test
  void everySampleIsVisitedOnceInOrderAndTheLastBatchIsSmaller() {
    var batches = batches(10, 4);
    var sizes = new ArrayList<Integer>();
    var seen = new ArrayList<Float>();
    for (var batch : batches) {
      sizes.add(batch.size());
      for (var i = 0; i < batch.size(); i++) {
        seen.add(batch.features()[i]);
        assertThat(batch.labels()[i]).isEqualTo((int) batch.features()[i]);
      }
    }
    assertThat(sizes).isEqualTo(List.of(4, 4, 2));
    assertThat(seen).hasSize(10).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void passesCanBeRepeated() {
    var batches = batches(5, 2);
    for (var pass = 0; pass < 2; pass++) {
      assertThat(batches).as("pass %d", pass).hasSize(3);
    }
    assertThat(batches.iterator().next().labels()[0]).isZero();
  }

  private static EvaluationBatches batches(int count, int batchSize) {
    var rows = new float[count][];
    for (var i = 0; i < count; i++) {
      rows[i] = new float[] {i};
    }
    var split = new Split(new Samples.Floats(rows, 1), IntStream.range(0, count).toArray());
    return new EvaluationBatches(split, Shape.features(1), Normalisation.none(1), batchSize);
  }
}
