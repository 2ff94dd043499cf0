package org.espalier.bench;

import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.random.Randoms;
import org.espalier.methods.Methods;
import org.espalier.methods.Prepared;
import org.espalier.methods.TrainingPlan;
import org.espalier.methods.settings.Settings;

/** The masks that RigL starts from, and its updates as they are early in a long run. */
final class Masks {
  /** Steps from one update of the topology to the next, RigL's ΔT. */
  static final int UPDATE_INTERVAL = 100;

  /** Long enough that an update replaces its full share of the weights, whenever it comes. */
  private static final TrainingPlan PLAN = new TrainingPlan(1_000_000_000, 1_000);

  private Masks() {}

  /**
   * Random masks of a network.
   *
   * @param block in which weights come and go, such as {@code 2x1}
   * @throws org.espalier.engine.EspalierException if there are no such masks
   */
  static Prepared of(Network network, double sparsity, String distribution, String block) {
    var settings =
        new Settings(
            "method",
            Map.of(
                "sparsity",
                sparsity,
                "distribution",
                distribution,
                "block",
                block,
                "every",
                UPDATE_INTERVAL + "it"));
    return Methods.named("rigl").create(settings).prepare(network, PLAN, new Randoms(1));
  }
}
