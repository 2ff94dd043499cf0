package org.espalier.app.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear axis: an interval that begins and ends at a tick, mapped to pixels.
 *
 * @param from pixel of {@code low}
 * @param to pixel of {@code high}; smaller than {@code from} for an axis that points up
 */
record Scale(double low, double high, double step, double from, double to) implements Axis {

  /** The shortest interval with ticks at 1, 2 or 5 times a power of ten that covers the values. */
  static Scale covering(double least, double most, int ticks, double from, double to) {
    var range = most - least;
    if (!(range > 0)) {
      var margin = least == 0 ? 1 : Math.abs(least) * 0.1;
      return covering(least - margin, least + margin, ticks, from, to);
    }
    var step = step(range / ticks);
    return new Scale(
        Math.floor(least / step + 1e-9) * step,
        Math.ceil(most / step - 1e-9) * step,
        step,
        from,
        to);
  }

  /** From zero, with ticks at round multiples of {@code unit}, such as 1024. */
  static Scale inUnits(double unit, double most, int ticks, double from, double to) {
    var scale = covering(0, most / unit, ticks, from, to);
    return new Scale(0, scale.high() * unit, scale.step() * unit, from, to);
  }

  /** An axis for whole numbers, which begins and ends at the first and the last of them. */
  static Scale whole(double least, double most, int ticks, double from, double to) {
    var step = Math.max(1, step(Math.max(1, most - least) / ticks));
    return least == most
        ? new Scale(least - 1, most + 1, 1, from, to)
        : new Scale(least, most, step, from, to);
  }

  private static double step(double rough) {
    var power = Math.pow(10, Math.floor(Math.log10(rough)));
    var lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  @Override
  public double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Multiples of the step inside the interval. */
  @Override
  public List<Double> ticks() {
    var ticks = new ArrayList<Double>();
    for (var i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i == 0 ? 0.0 : i * step); // no negative zero
    }
    return ticks;
  }
}
