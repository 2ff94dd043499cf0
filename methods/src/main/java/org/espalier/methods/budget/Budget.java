package org.espalier.methods.budget;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.methods.settings.Range;
import org.espalier.methods.settings.Settings;

/**
 * How many weights of a network are active, and how its layers share them.
 *
 * <p>Biases and normalisation stay dense and outside the count. So do the layers that a rule fixes:
 * the remaining ones meet the target among themselves, as in RigL's code.
 *
 * @param target over all layers that no rule fixes
 * @param distribution among those layers
 * @param rules layers the user fixes
 * @param depthwiseDense whether depthwise convolutions stay dense unless a rule says otherwise, as
 *     in RigL's MobileNets
 * @param rounding to whole weights
 */
public record Budget(
    Target target,
    Distribution distribution,
    LayerRules rules,
    boolean depthwiseDense,
    Rounding rounding) {

  /**
   * Reads {@code sparsity} or {@code nnz}, {@code distribution} with its parts, {@code densities},
   * {@code depthwise-dense} and {@code rounding}.
   */
  public static Budget read(Settings settings) {
    return new Budget(
        target(settings),
        Distribution.read(settings),
        LayerRules.read(settings),
        settings.flag("depthwise-dense", true),
        settings.choice("rounding", Rounding.EXACT));
  }

  private static Target target(Settings settings) {
    if (!settings.has("nnz")) {
      return new Target.Sparsity(settings.number("sparsity", 0.9, Range.BELOW_ONE));
    }
    if (settings.has("sparsity")) {
      throw new EspalierException(
          settings.path("nnz") + ": expected either nnz or sparsity, not both");
    }
    return new Target.NonZeros(settings.whole("nnz", 1, Range.AT_LEAST_ONE));
  }

  /**
   * The whole number of active weights of every prunable layer of {@code network}.
   *
   * @throws EspalierException if the budget cannot be met
   */
  public Allocation allocate(Network network) {
    var fixed = fixed(network);
    var byName = new HashMap<String, Allocation.Layer>();
    for (var spec : network.prunable()) {
      var share = fixed.get(spec.name());
      if (share != null) {
        byName.put(spec.name(), share.of(spec, rounding));
      }
    }
    var free = network.prunable().stream().filter(spec -> !fixed.containsKey(spec.name())).toList();
    share(Layers.of(network, free)).forEach(layer -> byName.put(layer.spec().name(), layer));
    return new Allocation(
        network.prunable().stream().map(spec -> byName.get(spec.name())).toList());
  }

  private Map<String, LayerShare> fixed(Network network) {
    var fixed = new HashMap<>(rules.resolve(network));
    var prunable = network.prunable();
    if (depthwiseDense) {
      prunable.stream()
          .filter(ParameterSpec::depthwise)
          .forEach(spec -> fixed.putIfAbsent(spec.name(), LayerShare.DENSE));
    }
    if (distribution instanceof Distribution.Uniform(var firstDense) && firstDense) {
      prunable.stream().limit(1).forEach(spec -> fixed.putIfAbsent(spec.name(), LayerShare.DENSE));
    }
    return fixed;
  }

  private List<Allocation.Layer> share(Layers layers) {
    if (layers.count() == 0) {
      return List.of();
    }
    var densities = distribution.densities(layers, target.density(layers.size()), rounding);
    var counts = rounding.counts(densities, layers.sizes(), target.nonZeros(layers.size()));
    return IntStream.range(0, counts.length)
        .mapToObj(i -> new Allocation.Layer(layers.specs().get(i), densities[i], counts[i]))
        .toList();
  }
}
