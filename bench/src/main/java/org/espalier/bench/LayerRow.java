package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.app.report.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * A layer beside its dense twin.
 *
 * @param nodes of the model that are like it
 * @param layout the opponent's faster one, empty if it has no choice
 * @param ownDense our own dense kernels; null where they are the opponent
 * @param sparse by ascending sparsity
 * @param breakEven sparsity from which on ours is faster, {@code bound} where that lies
 */
record LayerRow(
    List<String> nodes,
    String shape,
    double denseMs,
    String layout,
    @Nullable Lap ownDense,
    List<Lap> sparse,
    double breakEven,
    BreakEven.Bound bound) {
  /** A column of milliseconds is one number for all laps: how far one may be from it. */
  private static final double DISTURBED = 0.2;

  /**
   * One of our variants; {@code ratio} is the opponent's time over ours.
   *
   * @param denseMs what the opponent took by turns with it
   */
  record Lap(
      double sparsity, double denseMs, double ms, double ratio, double ratioLow, double ratioHigh) {
    static Lap of(double sparsity, PairedTiming.Result timing) {
      return new Lap(
          sparsity,
          timing.firstMs(),
          timing.secondMs(),
          timing.ratio(),
          timing.ratioLow(),
          timing.ratioHigh());
    }

    private boolean disturbed(double usualMs) {
      return Math.abs(denseMs / usualMs - 1) > DISTURBED;
    }

    private String text(double usualMs) {
      return String.format(Locale.ROOT, "%.2f (%.2f×)", ms, ratio)
          + (disturbed(usualMs) ? " *" : "");
    }
  }

  static LayerRow of(
      ProductLayer.Named named, double denseMs, String layout, @Nullable Lap own, List<Lap> laps) {
    var breakEven =
        BreakEven.of(
            laps.stream().map(lap -> new BreakEven.Point(lap.sparsity(), lap.ratio())).toList());
    return new LayerRow(
        named.nodes(),
        named.layer().toString(),
        denseMs,
        layout,
        own,
        laps,
        breakEven.sparsity(),
        breakEven.bound());
  }

  /** Whether the opponent's time in some lap strayed from {@link #denseMs}. */
  boolean disturbed() {
    return Stream.concat(Stream.ofNullable(ownDense), sparse.stream())
        .anyMatch(lap -> lap.disturbed(denseMs));
  }

  /** For a table; where ours is the slower one is said at the end. */
  String[] cells() {
    var cells = new ArrayList<String>();
    cells.add(
        nodes.size() < 3 ? String.join(", ", nodes) : nodes.getFirst() + " … " + nodes.getLast());
    cells.add(shape);
    cells.add(String.format(Locale.ROOT, "%.2f", denseMs) + (layout.isEmpty() ? "" : " " + layout));
    cells.add(ownDense == null ? "–" : ownDense.text(denseMs));
    sparse.forEach(lap -> cells.add(lap.text(denseMs)));
    cells.add(new BreakEven(breakEven, bound).toString());
    cells.add(
        sparse.stream()
            .filter(lap -> lap.ratio() < 1)
            .map(lap -> Quantity.shortPercent(lap.sparsity()))
            .collect(Collectors.joining(", ")));
    return cells.toArray(String[]::new);
  }
}
