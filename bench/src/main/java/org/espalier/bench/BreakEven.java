package org.espalier.bench;

import java.util.List;
import org.espalier.app.report.Quantity;

/**
 * From which sparsity on a sparse layer is the faster one.
 *
 * @param sparsity where both take the same time, or the measured one beyond which that lies
 * @param bound on which side of what was measured it lies
 */
record BreakEven(double sparsity, Bound bound) {

  /** Whether the break-even lies among the sparsities measured. */
  enum Bound {
    WITHIN,
    /** The sparse layer is faster at the least sparsity already. */
    BELOW,
    /** The dense layer is faster at the greatest sparsity still. */
    ABOVE
  }

  /** A measured point: {@code ratio} is the dense time over the sparse one. */
  record Point(double sparsity, double ratio) {}

  /**
   * Interpolates the last crossing: a sparse layer's time, in units of the dense one's, is close to
   * a line in its density.
   *
   * @param points one or more, of ascending sparsity
   */
  static BreakEven of(List<Point> points) {
    for (var i = points.size() - 1; i >= 0; i--) {
      var point = points.get(i);
      if (point.ratio() < 1) {
        if (i == points.size() - 1) {
          return new BreakEven(point.sparsity(), Bound.ABOVE);
        }
        var next = points.get(i + 1);
        var here = 1 / point.ratio();
        var there = 1 / next.ratio();
        var part = here == there ? 0 : (here - 1) / (here - there);
        return new BreakEven(
            point.sparsity() + part * (next.sparsity() - point.sparsity()), Bound.WITHIN);
      }
    }
    return new BreakEven(points.getFirst().sparsity(), Bound.BELOW);
  }

  @Override
  public String toString() {
    var percent = Quantity.shortPercent(Math.round(1000 * sparsity) / 1000.0);
    return switch (bound) {
      case WITHIN -> percent;
      case BELOW -> "< " + percent;
      case ABOVE -> "> " + percent;
    };
  }
}
