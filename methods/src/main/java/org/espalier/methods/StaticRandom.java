package org.espalier.methods;

import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.budget.Allocation;
import org.espalier.methods.budget.Budget;

/**
 * A random mask that never changes (Liu et al., "The Unreasonable Effectiveness of Random Pruning",
 * ICLR 2022, arXiv 2202.02643).
 *
 * <p>Unlike the paper's code, which draws each weight by itself, every layer gets its exact number
 * of weights, at uniformly random positions. A run that starts from a network of just these numbers
 * keeps its positions.
 */
public record StaticRandom(Budget budget) implements Method {
  static final MethodEntry ENTRY =
      new MethodEntry(
          "static-random",
          "static sparse training",
          Storage.SPARSE,
          "Liu et al., ICLR 2022, arXiv 2202.02643",
          "A random mask by layer-wise densities, fixed for the whole run.",
          settings -> new StaticRandom(Budget.read(settings)));

  @Override
  public Prepared prepare(Network network, TrainingPlan plan, Randoms randoms) {
    var allocation = budget.allocate(network);
    return prepared(allocation, allocation.randomTopologies(randoms));
  }

  @Override
  public Prepared prepare(Network network, TrainingPlan plan, Randoms randoms, Parameters weights) {
    var allocation = budget.allocate(network);
    return prepared(allocation, allocation.topologies(weights, randoms));
  }

  private Prepared prepared(Allocation allocation, Map<String, Topology> topologies) {
    return new Prepared(topologies, TrainingHook.NONE, allocation.requested(), budget.block());
  }

  @Override
  public List<String> notes(Network network, TrainingPlan plan) {
    return budget.notes(network);
  }
}
