package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.espalier.data.Samples;
import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.Normalisation;
import org.junit.jupiter.api.Test;

class BatchFillerTest {
  private static final Shape SHAPE = new Shape(1, 8, 8);

  @Test
  void fillingAllocatesNothing() {
    var batch = new Batch(20, SHAPE.size());
    var filler = filler(100);
    for (var warmUp = 0; warmUp < 5; warmUp++) {
      filler.fill(warmUp, batch); // the order of epoch 0 is drawn, the classes are loaded
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var before = threads.getCurrentThreadAllocatedBytes();
    for (var i = 0; i < 1000; i++) {
      filler.fill(i % 5, batch);
    }
    // less than a byte per batch: what is left is the measurement itself
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }

  private static BatchFiller filler(int samples) {
    var split = new Split(new Samples.Bytes(new byte[samples][64], 64), new int[samples]);
    return new BatchFiller(
        split, SHAPE, Normalisation.none(1), Augmentation.NONE, new Randoms(1), samples / 20);
  }
}
