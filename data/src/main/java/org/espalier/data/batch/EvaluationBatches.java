package org.espalier.data.batch;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.Normalisation;

/**
 * Every sample of a split once, in order, normalised and otherwise unchanged; the last batch may be
 * smaller.
 *
 * <p>Each iterator starts from the first sample. All of them fill the same batch, which is valid
 * until the next one is asked for.
 */
public final class EvaluationBatches implements Iterable<Batch> {
  private final Split split;
  private final Normalisation normalisation;
  private final int area;
  private final Batch batch;

  public EvaluationBatches(Split split, Shape shape, Normalisation normalisation, int batchSize) {
    Checks.batch(split, shape, normalisation, batchSize);
    this.split = split;
    this.normalisation = normalisation;
    this.area = shape.height() * shape.width();
    this.batch = new Batch(batchSize, shape.size());
  }

  @Override
  public Iterator<Batch> iterator() {
    return new Iterator<>() {
      private int first;

      @Override
      public boolean hasNext() {
        return first < split.size();
      }

      @Override
      public Batch next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all " + split.size() + " samples were visited");
        }
        fill(first);
        first += batch.size();
        return batch;
      }
    };
  }

  private void fill(int first) {
    batch.size(Math.min(batch.capacity(), split.size() - first));
    for (var i = 0; i < batch.size(); i++) {
      var at = i * batch.sampleSize();
      split.copy(first + i, batch.features(), at);
      normalisation.apply(batch.features(), at, area);
      batch.labels()[i] = split.label(first + i);
    }
  }
}
