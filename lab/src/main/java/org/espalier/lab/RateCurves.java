package org.espalier.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.espalier.app.report.RateChart;
import org.espalier.app.report.RateChart.Curve;
import org.espalier.app.report.RateChart.Point;
import org.espalier.formats.surp.LaplacianSource;

/** What was measured, as JSON has it. */
sealed interface RateCurves {

  /** The curves as a drawing. */
  String svg();

  /** Weights that were drawn. */
  record Synthetic(
      String source, long weights, long seed, List<RatePoint> points, TextbookSurp.Stall textbook)
      implements RateCurves {

    @Override
    public String svg() {
      return distortions("Laplacian weights: mean error by rate", points);
    }
  }

  /**
   * Weights of a trained network.
   *
   * @param weights that are prunable and were coded
   * @param otherParameters that were not, and stay 32-bit floats
   * @param data on which accuracy was measured, if it was
   * @param accuracy of the network as it was
   */
  record Trained(
      String model,
      String network,
      long weights,
      long otherParameters,
      Optional<String> data,
      int samples,
      OptionalDouble accuracy,
      List<RatePoint> points,
      List<PrefixPoint> prefixes)
      implements RateCurves {

    @Override
    public String svg() {
      if (accuracy.isEmpty()) {
        return distortions(network + ": mean error by rate", points);
      }
      return RateChart.accuracy(
          network + " on " + data.orElseThrow() + ": accuracy by rate",
          accuracy.getAsDouble(),
          List.of(
              curve("SuRP, one stream", prefixes, PrefixPoint::bits, it -> value(it.accuracy())),
              curve(
                  "floor quantiser",
                  prefixes,
                  it -> it.floorQuantiser().bits(),
                  it -> value(it.floorQuantiser().accuracy()))));
    }

    private static double value(OptionalDouble accuracy) {
      return accuracy.orElse(Double.NaN);
    }
  }

  private static String distortions(String caption, List<RatePoint> points) {
    var curves = new ArrayList<Curve>();
    curves.add(theory(points));
    curves.add(curve("SuRP", points, it -> it.surp().bits(), it -> it.surp().distortion()));
    curves.add(
        curve(
            "floor quantiser",
            points,
            it -> it.floorQuantiser().bits(),
            it -> it.floorQuantiser().distortion()));
    return RateChart.distortion(caption, curves);
  }

  private static Curve theory(List<RatePoint> points) {
    var most =
        points.stream()
            .mapToDouble(it -> Math.max(it.surp().bits(), it.floorQuantiser().bits()))
            .max()
            .orElse(1);
    var line = new ArrayList<Point>();
    for (var i = 0; i <= 60; i++) {
      var bits = most * i / 60;
      line.add(new Point(bits, new LaplacianSource(1).distortion(bits)));
    }
    return new Curve("R(D), signs included: the bound", line);
  }

  private static <T> Curve curve(
      String name, List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
    return new Curve(
        name,
        points.stream()
            .map(it -> new Point(x.applyAsDouble(it), y.applyAsDouble(it)))
            .sorted(Comparator.comparingDouble(Point::bits))
            .toList());
  }
}
