package org.espalier.lab;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.espalier.app.cli.Table;

/** What was measured, for people. */
final class RateTables {
  private RateTables() {}

  /** The curve: bits per weight at each distortion. */
  static String of(List<RatePoint> points) {
    var table =
        new Table(
            "D/D0", "R(D)", "SuRP", "indices", "signs", "header", "x R(D)", "h2(p)/p", "sets",
            "zeros", "floor", "entropy", "zeros");
    for (var point : points) {
      var surp = point.surp();
      var floor = point.floorQuantiser();
      table.row(
          number(surp.distortion()),
          number(point.rateDistortion()),
          number(surp.bits()),
          number(surp.indexBits()),
          number(surp.signBits()),
          number(surp.headerBits()),
          number(point.ratio()),
          number(surp.oneByOneEstimate()),
          number(surp.setEstimate()),
          percent(surp.sparsity()),
          number(floor.bits()),
          number(floor.entropyBits()),
          percent(floor.sparsity()));
    }
    return """
    bits per weight; SuRP = indices + signs + header, really written; x R(D), h2(p)/p (one index after
    another, as the paper estimates) and sets (their entropy) are about indices; floor: magnitudes rounded
    down, really written with signs, and the entropy of the magnitudes
    """
        + table;
  }

  static String of(TextbookSurp.Stall stall) {
    return String.format(
        Locale.ROOT,
        "the textbook's thresholds, beta = ln n = %.1f: no candidate left after %d iterations, at"
            + " D/D0 = %.4f and %.2f %% zeros",
        stall.beta(),
        stall.iterations(),
        stall.relativeDistortion(),
        100 * stall.sparsity());
  }

  /** Beginnings of one stream. */
  static String of(RateCurves.Trained trained) {
    var table =
        new Table("bits", "bytes", "D/D0", "zeros", "accuracy", "floor bits", "zeros", "accuracy");
    for (var point : trained.prefixes()) {
      var floor = point.floorQuantiser();
      table.row(
          number(point.bits()),
          Long.toString(point.bytes()),
          number(point.distortion()),
          percent(point.sparsity()),
          percent(point.accuracy()),
          number(floor.bits()),
          percent(floor.sparsity()),
          percent(floor.accuracy()));
    }
    return String.format(
            Locale.ROOT,
            "%s, %,d prunable weights, 32-bit floats: %s; %,d other parameters stay as they are%n"
                + "beginnings of one stream of SuRP, and the floor quantiser at the same"
                + " distortion%n",
            trained.network(),
            trained.weights(),
            percent(trained.accuracy()),
            trained.otherParameters())
        + table;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  private static String percent(OptionalDouble fraction) {
    return fraction.isPresent() ? percent(fraction.getAsDouble()) : "-";
  }
}
