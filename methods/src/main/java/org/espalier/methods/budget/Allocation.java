package org.espalier.methods.budget;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockGrid;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/**
 * How many weights of each prunable layer are active.
 *
 * @param layers in the order of the network
 */
public record Allocation(List<Layer> layers) {

  /**
   * One layer's part.
   *
   * @param density asked for, before rounding
   * @param nonZeros at least 1, at most the size of the layer, a multiple of the block
   * @param block one that the layer {@linkplain Block#within has}
   */
  public record Layer(ParameterSpec spec, double density, long nonZeros, Block block) {
    public Layer {
      if (nonZeros < 1) {
        throw new EspalierException(
            spec.name()
                + " would keep none of its "
                + spec.size()
                + " weights (density "
                + density
                + "): lower the sparsity or fix its density");
      }
      if (nonZeros > spec.size()) {
        throw new EspalierException(
            spec.name() + " has " + spec.size() + " weights, not " + nonZeros);
      }
      if (nonZeros > Integer.MAX_VALUE - 8) {
        throw new EspalierException(
            spec.name()
                + " would keep "
                + nonZeros
                + " weights: expected at most "
                + (Integer.MAX_VALUE - 8)
                + " per layer");
      }
    }

    /** Whether every weight is active: such a layer is stored dense. */
    public boolean dense() {
      return nonZeros == spec.size();
    }

    /** As many active blocks as allotted, all sets of them equally likely. */
    private Topology random(Randoms randoms) {
      var stream = randoms.stream(Purpose.TOPOLOGY, spec.name(), 0);
      var grid = BlockGrid.of(spec, block);
      return grid.topology(stream.sample(grid.size(), (int) (nonZeros / block.size())));
    }

    /** The active positions of {@code start}, if they are as many as allotted, in whole blocks. */
    private Optional<Topology> inherited(Parameter start) {
      var active = active(start);
      if (active.nonZeros() != nonZeros) {
        return Optional.empty();
      }
      var grid = BlockGrid.of(spec, block);
      var whole = grid.positions(grid.active(active).positions());
      return Arrays.equals(whole, active.positions()) ? Optional.of(active) : Optional.empty();
    }

    private static Topology active(Parameter start) {
      if (start.storage() != Storage.DENSE) {
        return start.topology();
      }
      var values = start.values();
      var positions = IntStream.range(0, values.length).filter(i -> values[i] != 0).asLongStream();
      return Topology.of(start.spec().rows(), start.spec().columns(), positions.toArray());
    }
  }

  public Allocation {
    layers = List.copyOf(layers);
  }

  /** The density asked for of each layer, by the name of its weights. */
  public Map<String, Double> requested() {
    var densities = new LinkedHashMap<String, Double>();
    layers.forEach(layer -> densities.put(layer.spec().name(), layer.density()));
    return densities;
  }

  /** Uniformly random active positions of every layer that is not dense, by name. */
  public Map<String, Topology> randomTopologies(Randoms randoms) {
    var topologies = new LinkedHashMap<String, Topology>();
    for (var layer : layers) {
      if (!layer.dense()) {
        topologies.put(layer.spec().name(), layer.random(randoms));
      }
    }
    return topologies;
  }

  /**
   * The active positions of {@code start}, by name, where every layer that is not dense has as many
   * there as it shall have here, in whole blocks: training then goes on with what was trained.
   * Random ones of all layers otherwise.
   */
  public Map<String, Topology> topologies(Parameters start, Randoms randoms) {
    var topologies = new LinkedHashMap<String, Topology>();
    for (var layer : layers) {
      if (!layer.dense()) {
        var name = layer.spec().name();
        var inherited = layer.inherited(start.of(name));
        if (inherited.isEmpty()) {
          return randomTopologies(randoms);
        }
        topologies.put(name, inherited.get());
      }
    }
    return topologies;
  }
}
