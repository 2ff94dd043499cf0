package org.espalier.formats.surp;

import org.espalier.formats.surp.RefinedTensor.Past;

/** The models of one tensor's gaps: one for every past, since chances differ widely. */
final class PastGaps {
  private final Gaps untouched;
  private final Gaps earlier;
  private final Gaps latest;

  /** Models that expect magnitudes of an exponential law. */
  PastGaps(double multiple) {
    untouched = new Gaps(StrictMath.exp(-Math.min(multiple, Settings.MOST_MULTIPLE)));
    earlier = new Gaps(0.5);
    latest = new Gaps(0.5);
  }

  /**
   * The model of that past, at the beginning of a pass.
   *
   * @param width of the band between the latest threshold and this one, in which all lie that were
   *     not touched since
   */
  Gaps begin(Past past, double width) {
    return switch (past) {
      case UNTOUCHED -> untouched.begin(width);
      case EARLIER -> earlier.begin(width);
      case LATEST -> latest.begin(1);
    };
  }
}
