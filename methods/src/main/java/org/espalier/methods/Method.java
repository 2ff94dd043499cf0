package org.espalier.methods;

import java.util.List;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Randoms;

/** A published way to get a sparse network: a validated value that prepares and steers training. */
public interface Method {

  /**
   * Decides the initial topologies of {@code network} and what happens during training.
   *
   * @throws org.espalier.engine.EspalierException if what is asked for cannot be met
   */
  Prepared prepare(Network network, TrainingPlan plan, Randoms randoms);

  /**
   * The same for a network that starts from trained weights; methods that do not look at them need
   * not override it.
   *
   * @param weights to start from, in any storage; not to be changed
   */
  default Prepared prepare(
      Network network, TrainingPlan plan, Randoms randoms, Parameters weights) {
    return prepare(network, plan, randoms);
  }

  /** Lines worth reading before a run of this network and length starts. */
  default List<String> notes(Network network, TrainingPlan plan) {
    return List.of();
  }
}
