package org.espalier.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.methods.budget.Allocation;
import org.espalier.methods.budget.Budget;
import org.espalier.methods.rewiring.TopologyUpdates;

/**
 * A method that starts from a random mask and rewires it while training. A run that starts from a
 * network with as many weights in every layer goes on with the mask of that one.
 */
interface DynamicSparse extends Method {
  String FAMILY = "dynamic sparse training";

  /** How many weights are active. */
  Budget budget();

  /** How they change. */
  TopologyUpdates updates();

  @Override
  default Prepared prepare(Network network, TrainingPlan plan, Randoms randoms) {
    var allocation = budget().allocate(network);
    return prepared(network, plan, randoms, allocation, allocation.randomTopologies(randoms));
  }

  @Override
  default Prepared prepare(
      Network network, TrainingPlan plan, Randoms randoms, Parameters weights) {
    var allocation = budget().allocate(network);
    return prepared(network, plan, randoms, allocation, allocation.topologies(weights, randoms));
  }

  private Prepared prepared(
      Network network,
      TrainingPlan plan,
      Randoms randoms,
      Allocation allocation,
      Map<String, Topology> topologies) {
    var hook =
        updates()
            .hook(
                network,
                topologies,
                budget().block(),
                plan.totalSteps(),
                plan.stepsPerEpoch(),
                randoms);
    return new Prepared(topologies, hook, allocation.requested(), budget().block());
  }

  @Override
  default List<String> notes(Network network, TrainingPlan plan) {
    var notes = new ArrayList<>(budget().notes(network));
    notes.addAll(updates().cadence().notes(plan.totalSteps(), plan.stepsPerEpoch()));
    return notes;
  }
}
