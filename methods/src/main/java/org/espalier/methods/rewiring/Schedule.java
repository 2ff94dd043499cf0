package org.espalier.methods.rewiring;

import org.espalier.methods.settings.Range;
import org.espalier.methods.settings.Settings;

/** Which fraction of a layer's weights a topology update replaces, as training goes on. */
public sealed interface Schedule {

  /**
   * The fraction after {@code step} steps, in [0, 1].
   *
   * @param horizon step from which on it no longer changes
   */
  double at(long step, long horizon);

  /** How schedules are named in a recipe. */
  enum Shape {
    COSINE,
    CONSTANT,
    POWER
  }

  /** Reads {@code drop-fraction}, {@code schedule} and what belongs to it. */
  static Schedule read(Settings settings, Schedule fallback) {
    var initial = settings.number("drop-fraction", fallback.at(0, 1), Range.UNIT);
    return switch (settings.choice("schedule", fallback.shape())) {
      case COSINE ->
          new Cosine(
              initial,
              settings.number(
                  "final-drop-fraction",
                  fallback instanceof Cosine cosine ? Math.min(cosine.last, initial) : 0,
                  Range.UNIT));
      case CONSTANT -> new Constant(initial);
      case POWER ->
          new InversePower(
              initial,
              settings.number(
                  "schedule-power",
                  fallback instanceof InversePower power ? power.exponent : 3,
                  Range.NOT_NEGATIVE));
    };
  }

  /** Its name in a recipe. */
  private Shape shape() {
    return switch (this) {
      case Cosine _ -> Shape.COSINE;
      case Constant _ -> Shape.CONSTANT;
      case InversePower _ -> Shape.POWER;
    };
  }

  /**
   * Half a period of the cosine from {@code initial} to {@code last}: RigL's with {@code last} = 0
   * (Evci et al. 2020, f_decay), ITOP's with 0.005. The period is the horizon, as in the paper;
   * RigL's code takes end − begin and counts from step 0 all the same, which agrees at begin = 0.
   */
  record Cosine(double initial, double last) implements Schedule {
    public Cosine {
      Range.UNIT.check("drop-fraction", initial);
      Range.UNIT.check("final-drop-fraction", last);
    }

    @Override
    public double at(long step, long horizon) {
      return last + (initial - last) / 2 * (1 + StrictMath.cos(Math.PI * progress(step, horizon)));
    }
  }

  /** The same fraction always, as in the original SET. */
  record Constant(double fraction) implements Schedule {
    public Constant {
      Range.UNIT.check("drop-fraction", fraction);
    }

    @Override
    public double at(long step, long horizon) {
      return fraction;
    }
  }

  /**
   * {@code initial}·(1 − step/horizon)^{@code exponent}. At begin = 0 it is the "exponential" one
   * of RigL's code, which counts from begin on: 1 − (step − begin)/(end − begin).
   */
  record InversePower(double initial, double exponent) implements Schedule {
    public InversePower {
      Range.UNIT.check("drop-fraction", initial);
      Range.NOT_NEGATIVE.check("schedule-power", exponent);
    }

    @Override
    public double at(long step, long horizon) {
      return initial * StrictMath.pow(1 - progress(step, horizon), exponent);
    }
  }

  private static double progress(long step, long horizon) {
    return step >= horizon ? 1 : step / (double) horizon;
  }
}
