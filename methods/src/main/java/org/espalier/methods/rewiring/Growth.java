package org.espalier.methods.rewiring;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.LargestGradients;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.RandomStream;

/**
 * Which absent blocks become active: as many as were dropped, just-dropped ones among them.
 *
 * <p>Always that many, whatever the scores: where few gradients differ from zero, zeros are ranked
 * by position, so that the number of non-zeros never drifts.
 */
public enum Growth {
  /** All sets of absent blocks are equally likely (SET). */
  RANDOM {
    @Override
    long[] positions(Update update) {
      return random(update.kept(), update.count(), update.random());
    }
  },

  /** The largest |∂L/∂w| of one batch, summed over a block, ties by position (RigL). */
  GRADIENT {
    @Override
    long[] positions(Update update) {
      var largest = new LargestGradients(update.name(), update.count());
      var candidates = update.candidates();
      for (var i = 0; i < candidates.positions().length; i++) {
        largest.offer(candidates.positions()[i], candidates.gradients()[i]);
      }
      var active = update.active().positions();
      for (var index : update.dropped()) {
        largest.offer(active[index], update.gradients()[index]);
      }
      var positions = largest.result().positions();
      Arrays.sort(positions);
      return positions;
    }
  },

  /** Random among blocks never active so far; once there are too few, all of those and others. */
  RANDOM_UNFIRED {
    @Override
    long[] positions(Update update) {
      var name = update.name();
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
   * What is known when blocks of a parameter are to grow.
   *
   * @param active the blocks before the update
   * @param gradients their L1 norms, one per active block
   * @param dropped indices of active blocks, ascending
   * @param candidates largest gradients of absent blocks, none unless asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // lives within one update
  record Update(
      String name,
      Topology active,
      float[] gradients,
      int[] dropped,
      AbsentGradients candidates,
      ExploredWeights explored,
      RandomStream random) {

    /** How many blocks grow. */
    int count() {
      return dropped.length;
    }

    /** The active blocks without the dropped ones. */
    Topology kept() {
      return active.without(dropped);
    }
  }

  /** Blocks to activate, ascending, none of them kept. */
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
