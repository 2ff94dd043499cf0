package org.espalier.methods.budget;

import java.util.Arrays;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.methods.settings.Range;
import org.espalier.methods.settings.Settings;

/**
 * The rule by which layers share a budget (Evci et al. 2020, arXiv 1911.11134; Liu et al. 2022,
 * arXiv 2202.02643).
 *
 * <p>Every rule keeps the budget: densities times sizes add up to what was asked for.
 */
public sealed interface Distribution {

  /** The density of each of {@code layers} if together they have {@code density}. */
  double[] densities(Layers layers, double density, Rounding rounding);

  /**
   * Reads {@code distribution} and what belongs to it.
   *
   * @throws EspalierException if there is no such distribution
   */
  static Distribution read(Settings settings) {
    return switch (settings.text("distribution", "erk")) {
      case "uniform" -> new Uniform(settings.flag("first-dense", false));
      case "uniform+" -> new UniformPlus(lastDensity(settings, 0.2));
      case "er" -> new ErdosRenyi(false, power(settings));
      case "erk" -> new ErdosRenyi(true, power(settings));
      case "erk+" -> new ErdosRenyiPlus(power(settings), lastDensity(settings, 1));
      case String other ->
          throw new EspalierException(
              settings.path("distribution")
                  + " "
                  + other
                  + ": expected one of uniform, uniform+, er, erk, erk+");
    };
  }

  private static double power(Settings settings) {
    return settings.number("power-scale", 1, Range.NOT_NEGATIVE);
  }

  private static double lastDensity(Settings settings, double fallback) {
    return settings.number("last-density", fallback, Range.POSITIVE_UNIT);
  }

  /**
   * The same density everywhere.
   *
   * @param firstDense RigL's variant: the first layer is dense and outside the budget, so that the
   *     network as a whole ends up slightly above the density asked for
   */
  record Uniform(boolean firstDense) implements Distribution {
    @Override
    public double[] densities(Layers layers, double density, Rounding rounding) {
      var densities = new double[layers.count()];
      Arrays.fill(densities, density);
      return densities;
    }
  }

  /**
   * First layer dense, the last at {@code lastDensity} at least, the others equal so that the
   * budget holds; the paper's code divides by the wrong sum and misses it.
   */
  record UniformPlus(double lastDensity) implements Distribution {
    public UniformPlus {
      Range.POSITIVE_UNIT.check("last-density", lastDensity);
    }

    @Override
    public double[] densities(Layers layers, double density, Rounding rounding) {
      var sizes = layers.sizes();
      var densities = new double[sizes.length];
      Arrays.fill(densities, -1);
      if (layers.last()) {
        densities[sizes.length - 1] = Math.max(lastDensity, density);
      }
      if (layers.first()) {
        densities[0] = 1;
      }
      var budget = density * layers.size();
      var rest = 0L;
      for (var i = 0; i < sizes.length; i++) {
        budget -= densities[i] < 0 ? 0 : densities[i] * sizes[i];
        rest += densities[i] < 0 ? sizes[i] : 0;
      }
      if (budget <= 0 && density < 1) {
        throw FixedPoint.infeasible(
            "the first and the last layer of uniform+",
            density * layers.size(),
            density * layers.size() - budget);
      }
      for (var i = 0; i < sizes.length; i++) {
        densities[i] = densities[i] < 0 ? Math.min(1, budget / rest) : densities[i];
      }
      return densities;
    }
  }

  /**
   * Erdős–Rényi: density proportional to the sum of a layer's extents over their product, those
   * that would exceed 1 dense.
   *
   * @param kernel whether the extents of convolution kernels count as well (ERK)
   * @param power exponent of the ratio; 0 is uniform
   */
  record ErdosRenyi(boolean kernel, double power) implements Distribution {
    public ErdosRenyi {
      Range.NOT_NEGATIVE.check("power-scale", power);
    }

    @Override
    public double[] densities(Layers layers, double density, Rounding rounding) {
      var raw = layers.specs().stream().mapToDouble(spec -> raw(layers, spec)).toArray();
      return FixedPoint.densities(raw, layers.sizes(), density, rounding);
    }

    private double raw(Layers layers, ParameterSpec spec) {
      var sum = (double) spec.inputs() + spec.outputs();
      var product = (double) spec.inputs() * spec.outputs();
      if (kernel && layers.convolution(spec)) {
        sum += spec.kernelHeight() + spec.kernelWidth();
        product *= (double) spec.kernelHeight() * spec.kernelWidth();
      }
      return StrictMath.pow(sum / product, power);
    }
  }

  /** ERK with the last layer at a fixed density, since ERK starves large classifiers. */
  record ErdosRenyiPlus(double power, double lastDensity) implements Distribution {
    public ErdosRenyiPlus {
      Range.NOT_NEGATIVE.check("power-scale", power);
      Range.POSITIVE_UNIT.check("last-density", lastDensity);
    }

    @Override
    public double[] densities(Layers layers, double density, Rounding rounding) {
      var rule = new ErdosRenyi(true, power);
      if (!layers.last() || density == 1) {
        return rule.densities(layers, density, rounding);
      }
      var others = layers.withoutLast();
      var budget = density * layers.size();
      var rest = budget - lastDensity * (layers.size() - others.size());
      if (rest <= 0 || rest > others.size()) {
        throw FixedPoint.infeasible("the last layer of erk+", budget, budget - rest);
      }
      var densities =
          Arrays.copyOf(rule.densities(others, rest / others.size(), rounding), layers.count());
      densities[densities.length - 1] = lastDensity;
      return densities;
    }
  }
}
