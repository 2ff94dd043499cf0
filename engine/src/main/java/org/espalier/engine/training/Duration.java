package org.espalier.engine.training;

import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/**
 * A length of training in epochs or optimizer steps, written {@code 10ep} or {@code 500it}.
 *
 * @param count at least 0
 */
public record Duration(long count, Unit unit) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})(ep|it)");

  /** What is counted. */
  public enum Unit {
    EPOCHS("ep"),
    STEPS("it");

    private final String suffix;

    Unit(String suffix) {
      this.suffix = suffix;
    }
  }

  public Duration {
    if (count < 0) {
      throw new EspalierException("duration " + count + unit.suffix + ": expected 0 or more");
    }
  }

  public static Duration ofEpochs(long count) {
    return new Duration(count, Unit.EPOCHS);
  }

  public static Duration ofSteps(long count) {
    return new Duration(count, Unit.STEPS);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws EspalierException if {@code text} is no duration
   */
  public static Duration parse(String text) {
    var matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new EspalierException(
          "duration \"" + text + "\": expected epochs such as 10ep or steps such as 500it");
    }
    var unit = matcher.group(2).equals("ep") ? Unit.EPOCHS : Unit.STEPS;
    return new Duration(Long.parseLong(matcher.group(1)), unit);
  }

  /**
   * The same in optimizer steps.
   *
   * @throws EspalierException if there are too many to count
   */
  public long steps(int stepsPerEpoch) {
    try {
      return unit == Unit.EPOCHS ? Math.multiplyExact(count, (long) stepsPerEpoch) : count;
    } catch (ArithmeticException e) {
      throw new EspalierException("duration " + this + ": more steps than can be counted", e);
    }
  }

  @Override
  public String toString() {
    return count + unit.suffix;
  }
}
