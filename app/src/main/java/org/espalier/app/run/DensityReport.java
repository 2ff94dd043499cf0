package org.espalier.app.run;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameters;
import org.espalier.methods.Prepared;

/** Requested beside realised density, layer by layer. */
public record DensityReport(List<Layer> layers) {

  /**
   * One prunable parameter.
   *
   * @param weights active or not
   * @param block weights that are active together
   */
  public record Layer(String parameter, long weights, long nonZeros, double requested, int block) {
    public double realised() {
      return nonZeros / (double) weights;
    }
  }

  public DensityReport {
    layers = List.copyOf(layers);
  }

  /** What {@code prepared} decided against what it was asked. */
  public static DensityReport of(Network network, Prepared prepared) {
    return of(
        network,
        prepared,
        spec -> {
          var topology = prepared.topologies().get(spec.name());
          return topology == null ? spec.size() : topology.nonZeros();
        });
  }

  /** What {@code parameters} hold against what {@code prepared} promised. */
  public static DensityReport of(Network network, Prepared prepared, Parameters parameters) {
    return of(network, prepared, spec -> parameters.of(spec.name()).nonZeros());
  }

  private static DensityReport of(
      Network network, Prepared prepared, ToLongFunction<ParameterSpec> nonZeros) {
    return new DensityReport(
        network.prunable().stream()
            .map(
                spec ->
                    new Layer(
                        spec.name(),
                        spec.size(),
                        nonZeros.applyAsLong(spec),
                        prepared.requestedDensities().getOrDefault(spec.name(), 1.0),
                        prepared.block().within(spec).size()))
            .toList());
  }

  public long weights() {
    return layers.stream().mapToLong(Layer::weights).sum();
  }

  public long nonZeros() {
    return layers.stream().mapToLong(Layer::nonZeros).sum();
  }

  /** Density asked for over all prunable parameters. */
  public double requested() {
    return layers.stream().mapToDouble(it -> it.requested() * it.weights()).sum() / weights();
  }

  /** Density found over all prunable parameters. */
  public double realised() {
    return nonZeros() / (double) weights();
  }

  /**
   * Refuses a layer that is off by more than it can be rounded: one block up or down in itself, and
   * one for the total to come out whole.
   */
  public DensityReport requireAsRequested() {
    for (var layer : layers) {
      if (Math.abs(layer.nonZeros() - layer.requested() * layer.weights()) > 2 * layer.block()) {
        throw new EspalierException(
            String.format(
                Locale.ROOT,
                "%s has density %.6f (%d of %d weights), expected %.6f as requested",
                layer.parameter(),
                layer.realised(),
                layer.nonZeros(),
                layer.weights(),
                layer.requested()));
      }
    }
    return this;
  }
}
