package org.espalier.methods.budget;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
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
 * @param rounding to whole weights, or whole blocks
 * @param block the unit in which weights are active, as far as a layer {@linkplain Block#within has
 *     it}
 */
public record Budget(
    Target target,
    Distribution distribution,
    LayerRules rules,
    boolean depthwiseDense,
    Rounding rounding,
    Block block) {

  /**
   * Reads {@code sparsity} or {@code nnz}, {@code distribution} with its parts, {@code densities},
   * {@code depthwise-dense}, {@code rounding} and {@code block}.
   */
  public static Budget read(Settings settings) {
    return read(settings, Distribution.read(settings));
  }

  /** Reads the same but the distribution, for methods that let layers compete. */
  public static Budget readPooled(Settings settings) {
    return read(settings, new Distribution.Uniform(false));
  }

  private static Budget read(Settings settings, Distribution distribution) {
    return new Budget(
        target(settings),
        distribution,
        LayerRules.read(settings),
        settings.flag("depthwise-dense", true),
        settings.choice("rounding", Rounding.EXACT),
        block(settings));
  }

  private static Block block(Settings settings) {
    try {
      return Block.parse(settings.text("block", Block.SINGLE.toString()));
    } catch (EspalierException e) {
      throw new EspalierException(settings.path("block") + ": " + e.getMessage(), e);
    }
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
    return allocation(network, free -> share(Layers.of(network, free)));
  }

  private Allocation allocation(
      Network network, Function<List<ParameterSpec>, List<Allocation.Layer>> sharing) {
    var fixed = fixed(network);
    var byName = new HashMap<String, Allocation.Layer>();
    for (var spec : network.prunable()) {
      var share = fixed.get(spec.name());
      if (share != null) {
        byName.put(spec.name(), share.of(spec, block.within(spec), rounding));
      }
    }
    var free = network.prunable().stream().filter(spec -> !fixed.containsKey(spec.name())).toList();
    sharing.apply(free).forEach(layer -> byName.put(layer.spec().name(), layer));
    return new Allocation(
        network.prunable().stream().map(spec -> byName.get(spec.name())).toList());
  }

  /** Shares active weights among layers that no rule fixes. */
  public interface Competition {
    /** How many each layer gets of {@code nonZeros}. */
    long[] counts(List<ParameterSpec> layers, long nonZeros);
  }

  /**
   * The same with layers that compete: the target is met over all of them together, which layer has
   * how many is up to the competition.
   */
  public Allocation allocate(Network network, Competition competition) {
    return allocation(network, free -> compete(free, competition));
  }

  private List<Allocation.Layer> compete(List<ParameterSpec> layers, Competition competition) {
    var total = total(layers.stream().mapToLong(ParameterSpec::size).sum());
    var counts = total == 0 ? new long[layers.size()] : competition.counts(layers, total);
    return IntStream.range(0, counts.length)
        .mapToObj(
            i -> {
              var spec = layers.get(i);
              var density = counts[i] / (double) spec.size();
              return new Allocation.Layer(spec, density, counts[i], block.within(spec));
            })
        .toList();
  }

  /** The active weights of layers of that size together, rounded as if they were one layer. */
  private long total(long size) {
    if (size == 0) {
      return 0;
    }
    var density = new double[] {target.density(size)};
    return rounding.counts(density, new long[] {size}, new int[] {1}, target.nonZeros(size))[0];
  }

  /** Which sparse layers cannot be cut into the blocks asked for, and what they are cut into. */
  public List<String> notes(Network network) {
    var layers = new TreeMap<String, List<String>>();
    for (var layer : allocate(network).layers()) {
      if (!layer.dense() && !layer.block().equals(block)) {
        layers
            .computeIfAbsent(layer.block().toString(), _ -> new ArrayList<>())
            .add(layer.spec().name());
      }
    }
    return layers.entrySet().stream()
        .map(
            entry ->
                "blocks of %s instead of %s, which do not fit: %s"
                    .formatted(entry.getKey(), block, String.join(", ", entry.getValue())))
        .toList();
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
    var blocks = layers.specs().stream().map(block::within).toList();
    var counts =
        rounding.counts(
            densities,
            layers.sizes(),
            blocks.stream().mapToInt(Block::size).toArray(),
            target.nonZeros(layers.size()));
    return IntStream.range(0, counts.length)
        .mapToObj(
            i ->
                new Allocation.Layer(layers.specs().get(i), densities[i], counts[i], blocks.get(i)))
        .toList();
  }
}
