package org.espalier.engine.optimizer;

import java.util.List;
import org.espalier.engine.EspalierException;

/** A learning-rate schedule: a pure function of the optimizer step, from 0. */
public interface LearningRate {

  /** The rate of the update number {@code step}, from 0. */
  double at(long step);

  /** The same rate throughout. */
  record Constant(double rate) implements LearningRate {
    public Constant {
      checkRate(rate);
    }

    @Override
    public double at(long step) {
      return rate;
    }
  }

  /**
   * Multiplied by {@code factor} at each milestone, which is the first step with the new rate.
   *
   * @param milestones steps, strictly ascending
   */
  record Steps(double rate, List<Long> milestones, double factor) implements LearningRate {
    public Steps {
      checkRate(rate);
      milestones = List.copyOf(milestones);
      if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
        throw new EspalierException(
            "learning-rate factor " + factor + ": expected a positive number");
      }
      for (var i = 0; i < milestones.size(); i++) {
        if (milestones.get(i) < 0 || (i > 0 && milestones.get(i) <= milestones.get(i - 1))) {
          throw new EspalierException(
              "learning-rate milestones " + milestones + ": expected ascending steps");
        }
      }
    }

    @Override
    public double at(long step) {
      var scaled = rate;
      for (var i = 0; i < milestones.size() && step >= milestones.get(i); i++) {
        scaled *= factor;
      }
      return scaled;
    }
  }

  /**
   * Half a cosine from {@code rate} at step 0 to {@code last} at step {@code steps} and after
   * (Loshchilov and Hutter 2017, without restarts).
   */
  record Cosine(double rate, double last, long steps) implements LearningRate {
    public Cosine {
      checkRate(rate);
      checkRate(last);
      checkSteps("cosine", steps);
    }

    @Override
    public double at(long step) {
      var done = Math.min(step, steps) / (double) steps;
      return last + (rate - last) / 2 * (1 + StrictMath.cos(Math.PI * done));
    }
  }

  /**
   * The rate of {@code then} times (step + 1) / {@code steps} during the first {@code steps} steps
   * (Goyal et al. 2017): no step is wasted at rate zero, the last one of them has the full rate.
   */
  record WarmUp(long steps, LearningRate then) implements LearningRate {
    public WarmUp {
      checkSteps("warm-up", steps);
    }

    @Override
    public double at(long step) {
      return step < steps ? then.at(step) * (step + 1) / steps : then.at(step);
    }
  }

  private static void checkRate(double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new EspalierException("learning rate " + rate + ": expected 0 or a positive number");
    }
  }

  private static void checkSteps(String what, long steps) {
    if (steps < 1) {
      throw new EspalierException(what + " of " + steps + " steps: expected at least 1");
    }
  }
}
