package org.espalier.methods.rewiring;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.espalier.engine.executor.AbsentGradients;
import org.espalier.engine.executor.LargestGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.RandomStream;

/**
 * Which absent weights become active: as many as were dropped, just-dropped ones among them.
 *
 * <p>Always that many, whatever the scores: where few gradients differ from zero, zeros are ranked
 * by position, so that the number of non-zeros never drifts.
 */
public enum Growth {
  /** All sets of absent weights are equally likely (SET). */
  RANDOM {
    @Override
    long[] positions(Update update) {
      return random(update.kept(), update.count(), update.random());
    }
  },

  /** The largest |∂L/∂w| of one batch, ties by position (RigL). */
  GRADIENT {
    @Override
    long[] positions(Update update) {
      var parameter = update.parameter();
      var largest = new LargestGradients(parameter.name(), update.count());
      var candidates = update.candidates();
      for (var i = 0; i < candidates.positions().length; i++) {
        largest.offer(candidates.positions()[i], candidates.gradients()[i]);
      }
      var active = parameter.topology().positions();
      for (var index : update.dropped()) {
        largest.offer(active[index], parameter.gradients()[index]);
      }
      var positions = largest.result().positions();
      Arrays.sort(positions);
      return positions;
    }
  },

  /** Random among weights never active so far; once there are too few, all of those and others. */
  RANDOM_UNFIRED {
    @Override
    long[] positions(Update update) {
      var name = update.parameter().name();
      var explored = update.explored();
      var unfired = explored.unfired(name);
      if (unfired >= update.count()) {
        return explored.unfired(name, update.random().sample(unfired, update.count()));
      }
      var all = explored.unfired(name, LongStream.range(0, unfired).toArray());
      var kept = update.kept();
      var taken = Topology.of(kept.rows(), kept.columns(), merged(kept.positions(), all));
      return merged(all, random(taken, update.count() - all.length, update.random()));
    }
  };

  /**
   * What is known when weights are to grow.
   *
   * @param dropped indices in storage order, ascending; still present in {@code parameter}
   * @param candidates largest gradients of absent weights, none unless asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // lives within one update
  record Update(
      Parameter parameter,
      int[] dropped,
      AbsentGradients candidates,
      ExploredWeights explored,
      RandomStream random) {

    /** How many weights grow. */
    int count() {
      return dropped.length;
    }

    /** The active positions without the dropped ones. */
    Topology kept() {
      return parameter.topology().without(dropped);
    }
  }

  /** Positions to activate, ascending, none of them kept. */
  abstract long[] positions(Update update);

  private static long[] random(Topology taken, int count, RandomStream random) {
    return taken.absent(random.sample(taken.size() - taken.nonZeros(), count));
  }

  private static long[] merged(long[] one, long[] other) {
    var both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    Arrays.sort(both);
    return both;
  }
}
