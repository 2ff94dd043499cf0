package org.espalier.app.report;

import java.util.List;

/** Where values lie between two pixels. */
sealed interface Axis permits Scale, DoublingScale {

  /** Pixel of the first tick; larger than {@link #to} for an axis that points up. */
  double from();

  /** Pixel of the last tick. */
  double to();

  double pixel(double value);

  /** Values to be written at the axis, ascending. */
  List<Double> ticks();
}
