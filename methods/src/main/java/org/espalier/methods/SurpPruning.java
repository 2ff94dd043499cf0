package org.espalier.methods;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.DataFormatException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.formats.surp.Normalisation;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;
import org.espalier.methods.budget.Budget;
import org.espalier.methods.settings.Range;
import org.espalier.methods.settings.Settings;

/**
 * SuRP: of a trained network those weights stay that successive refinement touches first, the
 * others are gone, and what is left is retrained with a fixed mask (Isik, Weissman, No, "An
 * Information-Theoretic Justification for Model Pruning", AISTATS 2022, arXiv 2102.08329).
 *
 * <p>One run is one stage of the authors' iteration, which retrains what the stage before left: a
 * run at a higher sparsity that starts from the run before. Layers compete, each divided by its ℓ2
 * norm, and the number of weights is exact. Survivors begin with their trained values, of which the
 * authors take the coarser reconstruction; and biases and normalisation take no part, where the
 * authors code them like weights.
 *
 * @param refinement how thresholds begin and fall
 */
public record SurpPruning(Budget budget, org.espalier.formats.surp.Settings refinement)
    implements PruningAfterTraining {
  static final MethodEntry ENTRY =
      new MethodEntry(
          "surp",
          PruningAfterTraining.FAMILY,
          Storage.SPARSE,
          "Isik et al., AISTATS 2022, arXiv 2102.08329",
          "What successive refinement of a trained network touches first; retrained with a fixed"
              + " mask.",
          SurpPruning::read);

  private static SurpPruning read(Settings settings) {
    var budget = PruningAfterTraining.ofSingleWeights(Budget.readPooled(settings), settings);
    var usual = org.espalier.formats.surp.Settings.DEFAULT;
    var refinement =
        new org.espalier.formats.surp.Settings(
            settings.choice("normalisation", Normalisation.L2_PER_TENSOR),
            OptionalDouble.empty(),
            settings.number("shrink", usual.shrink(), new Range(0.5, false, 0.999, false)));
    return new SurpPruning(budget, refinement);
  }

  @Override
  public String name() {
    return ENTRY.name();
  }

  @Override
  public Prepared prepare(Network network, TrainingPlan plan, Randoms randoms, Parameters weights) {
    var supports = new HashMap<String, long[]>();
    var allocation =
        budget.allocate(
            network, (layers, nonZeros) -> compete(layers, nonZeros, weights, supports));
    var topologies = new LinkedHashMap<String, Topology>();
    for (var layer : allocation.layers()) {
      if (!layer.dense()) {
        var spec = layer.spec();
        if (!supports.containsKey(spec.name())) { // a rule has fixed its density
          compete(List.of(spec), layer.nonZeros(), weights, supports);
        }
        topologies.put(
            spec.name(),
            Topology.of(
                spec.rows(), spec.columns(), supports.getOrDefault(spec.name(), new long[0])));
      }
    }
    return new Prepared(topologies, TrainingHook.NONE, allocation.requested(), Block.SINGLE);
  }

  /** How many of the weights that are touched first each layer has; also notes which. */
  private long[] compete(
      List<ParameterSpec> layers, long nonZeros, Parameters weights, Map<String, long[]> supports) {
    var decoded = refined(layers, nonZeros, weights);
    var counts = new long[layers.size()];
    for (var i = 0; i < counts.length; i++) {
      var support = support(decoded.get(i));
      supports.put(layers.get(i).name(), support);
      counts[i] = support.length;
    }
    return counts;
  }

  private List<float[]> refined(List<ParameterSpec> layers, long nonZeros, Parameters weights) {
    var tensors = new ArrayList<float[]>();
    layers.forEach(spec -> tensors.add(weights.of(spec.name()).toDense()));
    var stream = Surp.encode(tensors, refinement, new Stop.NonZeros(nonZeros));
    if (!stream.report().reached()) {
      requireEnough(layers, stream.report().touched(), nonZeros);
    }
    var lengths = tensors.stream().mapToInt(it -> it.length).toArray();
    try {
      return Surp.decode(stream.bytes(), 0, stream.bytes().length, lengths);
    } catch (DataFormatException e) {
      throw new IllegalStateException("what was just encoded does not decode", e);
    }
  }

  private static long[] support(float[] weights) {
    var positions = new long[weights.length];
    var count = 0;
    for (var i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        positions[count++] = i;
      }
    }
    return Arrays.copyOf(positions, count);
  }
}
