package org.espalier.methods;

import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.random.Randoms;
import org.espalier.methods.budget.Budget;
import org.espalier.methods.settings.Settings;

/** A method that prunes a trained network once, weight by weight, and trains on what is left. */
interface PruningAfterTraining extends Method {
  String FAMILY = "pruning after training";

  /** Its name in the catalogue. */
  String name();

  @Override
  default Prepared prepare(Network network, TrainingPlan plan, Randoms randoms) {
    throw new EspalierException(
        "method %s prunes a trained network: expected one to start from, from: FILE"
            .formatted(name()));
  }

  /**
   * Refuses a start of which weights would have to stay that are zero.
   *
   * @param layers those that share {@code wanted} active weights
   * @param found how many of their weights to start from are not zero
   */
  default void requireEnough(List<ParameterSpec> layers, long found, long wanted) {
    if (found < wanted) {
      throw new EspalierException(
          "method %s: only %d weights%s to start from are not zero, expected at least %d"
              .formatted(
                  name(),
                  found,
                  layers.size() == 1 ? " of " + layers.getFirst().name() : "",
                  wanted));
    }
  }

  /** The same budget, unless it is one of blocks. */
  static Budget ofSingleWeights(Budget budget, Settings settings) {
    if (!budget.block().equals(Block.SINGLE)) {
      throw new EspalierException(
          settings.path("block") + " " + budget.block() + ": expected " + Block.SINGLE);
    }
    return budget;
  }
}
