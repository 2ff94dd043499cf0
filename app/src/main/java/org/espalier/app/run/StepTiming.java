package org.espalier.app.run;

import java.util.ArrayList;
import java.util.List;
import org.espalier.data.batch.TrainingBatches;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parameter.Parameter;

/**
 * Times one training step of several networks side by side: they take turns, step by step, so that
 * whatever else the machine does strikes all of them alike.
 */
public final class StepTiming {
  private static final int WARM_UP = 20;
  private static final double NANOS_PER_MILLI = 1e6;

  private StepTiming() {}

  /**
   * Median time of a step, forward, backward and update.
   *
   * @param millis of one network
   * @param speedUp median over the rounds of the first network's time to this one's
   */
  public record Timing(double millis, double speedUp) {}

  /** Times {@code rounds} steps of each of {@code plans}, with the parameters of their models. */
  public static List<Timing> compare(List<Plan> plans, List<SavedModel> models, int rounds) {
    var racers = new ArrayList<Racer>();
    try {
      for (var i = 0; i < plans.size(); i++) {
        racers.add(new Racer(plans.get(i), models.get(i)));
      }
      var millis = new double[racers.size()][rounds];
      for (var round = -WARM_UP; round < rounds; round++) {
        for (var i = 0; i < racers.size(); i++) {
          var time = racers.get(i).step(round + WARM_UP);
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

    Racer(Plan plan, SavedModel model) {
      var recipe = plan.recipe();
      var options =
          new CpuEngine.Options(recipe.batch(), Threads.count(recipe), recipe.seed(), true);
      this.executor =
          CpuEngine.compile(
              plan.network(), model.model().parameters(), recipe.loss().loss(), options);
      this.batches = plan.trainingBatches();
      this.optimizer = recipe.optimizer().optimizer();
    }

    /** Milliseconds of one step at a rate of zero, which takes as long as any other. */
    double step(int step) {
      var batch = batches.next();
      var start = System.nanoTime();
      executor.forward(batch, Executor.Mode.TRAINING, step);
      executor.backward();
      for (Parameter parameter : executor.parameters()) {
        if (parameter.spec().trained()) {
          optimizer.update(parameter, 0, step);
        }
      }
      return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    @Override
    public void close() {
      executor.close();
      batches.close();
    }
  }
}
