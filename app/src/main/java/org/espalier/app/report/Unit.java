package org.espalier.app.report;

import java.util.function.DoubleFunction;

/**
 * How the values of an axis are written.
 *
 * @param value a single value, in full
 * @param tick a round value at the axis, as short as it can be
 */
record Unit(DoubleFunction<String> value, DoubleFunction<String> tick) {
  static final Unit PERCENT = new Unit(Quantity::percent, Quantity::shortPercent);
  static final Unit PLAIN = new Unit(Quantity::digits, Quantity::shortest);
  static final Unit COUNT =
      new Unit(count -> Quantity.count(count), count -> Quantity.count(count));
  static final Unit MILLIS = new Unit(Quantity::millis, Quantity::shortest);

  /** Bytes whose axis has round numbers of the unit that suits {@code most}. */
  static Unit bytes(double most) {
    return new Unit(bytes -> Quantity.bytes(bytes), bytes -> Quantity.bytesLike(bytes, most));
  }
}
