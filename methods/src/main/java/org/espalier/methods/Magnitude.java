package org.espalier.methods;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.SmallestMagnitudes;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.budget.Allocation;
import org.espalier.methods.budget.Budget;
import org.espalier.methods.settings.Settings;

/**
 * Magnitude pruning after training, in one shot: of a trained network the weights with the largest
 * |w| stay, the others are gone, and what is left is fine-tuned with a fixed mask (Han, Pool, Tran,
 * Dally, "Learning both Weights and Connections for Efficient Neural Networks", NeurIPS 2015, arXiv
 * 1506.02626, one round of it).
 *
 * <p>The mask is computed once from the weights the run starts from, whose values the survivors
 * keep; optimizer states start at zero. Every count is exact: {@code distribution: global} (the
 * default) ranks the weights of all layers together without normalising them by layer, the other
 * distributions give each layer its own number. Among equal magnitudes the one with the lower index
 * goes first, over layers in the order of the network. Where weights that are zero would have to
 * stay, the start is refused. Unlike the paper the thresholds are no multiple of a layer's
 * deviation, and nothing is pruned again during fine-tuning.
 *
 * @param global whether layers compete with each other; else the distribution shares the budget
 */
public record Magnitude(Budget budget, boolean global) implements PruningAfterTraining {
  private static final String GLOBAL = "global";

  static final MethodEntry ENTRY =
      new MethodEntry(
          "magnitude",
          PruningAfterTraining.FAMILY,
          Storage.SPARSE,
          "Han et al., NeurIPS 2015, arXiv 1506.02626",
          "The largest weights of a trained network, pruned once; fine-tuned with a fixed mask.",
          Magnitude::read);

  private static Magnitude read(Settings settings) {
    var global = settings.text("distribution", GLOBAL).equals(GLOBAL);
    var budget = global ? Budget.readPooled(settings) : Budget.read(settings);
    return new Magnitude(PruningAfterTraining.ofSingleWeights(budget, settings), global);
  }

  @Override
  public String name() {
    return ENTRY.name();
  }

  @Override
  public Prepared prepare(Network network, TrainingPlan plan, Randoms randoms, Parameters weights) {
    var allocation =
        global
            ? budget.allocate(network, (layers, nonZeros) -> largest(layers, nonZeros, weights))
            : budget.allocate(network);
    var topologies = new LinkedHashMap<String, Topology>();
    for (var layer : allocation.layers()) {
      if (!layer.dense()) {
        topologies.put(layer.spec().name(), survivors(layer, weights));
      }
    }
    return new Prepared(topologies, TrainingHook.NONE, allocation.requested(), Block.SINGLE);
  }

  /** How many of the {@code nonZeros} largest weights of all layers each layer has. */
  private long[] largest(List<ParameterSpec> layers, long nonZeros, Parameters weights) {
    var tensors = layers.stream().map(spec -> weights.of(spec.name()).toDense()).toList();
    var all = new float[Math.toIntExact(tensors.stream().mapToLong(it -> it.length).sum())];
    var starts = new int[tensors.size() + 1];
    for (var i = 0; i < tensors.size(); i++) {
      System.arraycopy(tensors.get(i), 0, all, starts[i], tensors.get(i).length);
      starts[i + 1] = starts[i] + tensors.get(i).length;
    }
    var pruned = pruned(layers, all, nonZeros);
    var counts = new long[tensors.size()];
    for (var i = 0; i < counts.length; i++) {
      var gone = before(pruned, starts[i + 1]) - before(pruned, starts[i]);
      counts[i] = (long) tensors.get(i).length - gone;
    }
    return counts;
  }

  /** How many of the ascending indices are below {@code end}. */
  private static int before(int[] indices, int end) {
    var at = Arrays.binarySearch(indices, end);
    return at < 0 ? -at - 1 : at;
  }

  /** Indices of all but the {@code nonZeros} largest weights, ascending. */
  private int[] pruned(List<ParameterSpec> layers, float[] weights, long nonZeros) {
    var count = Math.toIntExact(weights.length - nonZeros);
    if (count > 0) { // else nothing is chosen, and a zero may well stay
      var zeros = IntStream.range(0, weights.length).filter(i -> weights[i] == 0).count();
      requireEnough(layers, weights.length - zeros, nonZeros);
    }
    return SmallestMagnitudes.indices(weights, count);
  }

  private Topology survivors(Allocation.Layer layer, Parameters weights) {
    var spec = layer.spec();
    var values = weights.of(spec.name()).toDense();
    var pruned = pruned(List.of(spec), values, layer.nonZeros());
    var kept = new long[Math.toIntExact(layer.nonZeros())];
    var next = 0;
    for (int i = 0, drop = 0; i < values.length; i++) {
      if (drop < pruned.length && pruned[drop] == i) {
        drop++;
      } else {
        kept[next++] = i;
      }
    }
    return Topology.of(spec.rows(), spec.columns(), kept);
  }
}
