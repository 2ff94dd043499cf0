package org.espalier.app.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.espalier.data.batch.TrainingBatches;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Randoms;

/**
 * Times one training step of several networks side by side: they take turns, so that whatever else
 * the machine does strikes all of them alike.
 */
public final class StepTiming {
  private static final int STEPS = 4; // of a turn
  private static final int WARM_UP = 20;
  private static final int MOST_ROUNDS = 40;
  private static final double MOST_SECONDS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private StepTiming() {}

  /**
   * Median time of a step, forward, backward and update.
   *
   * @param millis of one network
   * @param speedUp median over the rounds of the first network's time to this one's
   */
  public record Timing(double millis, double speedUp) {}

  /**
   * Milliseconds of a step of the same network with all its weights on the same engine, timed in
   * turn with the sparse one for a few seconds; empty where nothing is sparse or the dense network
   * is too large to try.
   *
   * @param sparse parameters of the network as trained and saved; only their weights stay as they
   *     are
   * @param denseBytes what the dense network holds
   */
  static OptionalDouble denseMillis(Plan plan, Parameters sparse, long denseBytes) {
    if (plan.prepared().topologies().isEmpty()
        || denseBytes > Runtime.getRuntime().maxMemory() / 4) {
      return OptionalDouble.empty();
    }
    var dense = Parameters.dense(plan.network());
    plan.recipe().initialisation().initialise(dense, new Randoms(plan.recipe().seed()));
    try (var first = new Racer(plan, dense);
        var second = new Racer(plan, sparse)) {
      var millis = new double[MOST_ROUNDS];
      var timed = 0;
      var start = System.nanoTime();
      for (var round = 0; timed < MOST_ROUNDS; round++) {
        var seconds = (System.nanoTime() - start) / 1e9;
        var warm = round >= WARM_UP || seconds > MOST_SECONDS / 2;
        if (seconds > MOST_SECONDS && timed > 2) {
          break;
        }
        var time = first.step(round);
        second.step(round);
        if (warm) {
          millis[timed++] = time;
        }
      }
      return OptionalDouble.of(Median.of(Arrays.copyOf(millis, timed)));
    }
  }

  /** Times {@code rounds} turns of each of {@code plans}, with the parameters of their models. */
  public static List<Timing> compare(List<Plan> plans, List<SavedModel> models, int rounds) {
    var racers = new ArrayList<Racer>();
    try {
      for (var i = 0; i < plans.size(); i++) {
        racers.add(new Racer(plans.get(i), models.get(i).model().parameters()));
      }
      var millis = new double[racers.size()][rounds];
      for (var round = -WARM_UP; round < rounds; round++) {
        for (var i = 0; i < racers.size(); i++) {
          var time = racers.get(i).turn(round + WARM_UP);
          if (round >= 0) {
            millis[i][round] = time;
          }
        }
      }
      return timings(millis);
    } finally {
      racers.forEach(Racer::close);
    }
  }

  private static List<Timing> timings(double[][] millis) {
    var timings = new ArrayList<Timing>();
    for (var racer : millis) {
      var ratios = new double[racer.length];
      for (var round = 0; round < ratios.length; round++) {
        ratios[round] = millis[0][round] / racer[round];
      }
      timings.add(new Timing(Median.of(racer), Median.of(ratios)));
    }
    return timings;
  }

  /** One network on the track. */
  private static final class Racer implements AutoCloseable {
    private final Executor executor;
    private final TrainingBatches batches;
    private final Optimizer optimizer;

    Racer(Plan plan, Parameters parameters) {
      var recipe = plan.recipe();
      var options = new Engine.Options(recipe.batch(), Threads.count(recipe), recipe.seed(), true);
      this.executor =
          plan.engine().compile(plan.network(), parameters, recipe.loss().loss(), options);
      this.batches = plan.trainingBatches();
      this.optimizer = recipe.optimizer().optimizer();
    }

    /**
     * Milliseconds of one of a few steps in a row. The first is not timed: threads of the network
     * before are still awake, those of this one asleep, and the caches hold the other's numbers.
     */
    double turn(int round) {
      var first = round * STEPS;
      step(first);
      var sum = 0.0;
      for (var i = 1; i < STEPS; i++) {
        sum += step(first + i);
      }
      return sum / (STEPS - 1);
    }

    /** Milliseconds of one step at a rate of zero, which takes as long as any other. */
    double step(int step) {
      var batch = batches.next();
      var start = System.nanoTime();
      executor.forward(batch, Executor.Mode.TRAINING, step);
      executor.backward();
      executor.update(optimizer, 0, step);
      executor.finish();
      return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    @Override
    public void close() {
      executor.close();
      batches.close();
    }
  }
}
