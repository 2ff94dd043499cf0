package org.espalier.methods;

import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Duration;
import org.espalier.methods.budget.Budget;
import org.espalier.methods.rewiring.Cadence;
import org.espalier.methods.rewiring.Criterion;
import org.espalier.methods.rewiring.Growth;
import org.espalier.methods.rewiring.Rule;
import org.espalier.methods.rewiring.Schedule;
import org.espalier.methods.rewiring.TopologyUpdates;

/**
 * RigL with long intervals and large drops (Liu et al., "Do We Actually Need Dense
 * Over-Parameterization? In-Time Over-Parameterization in Sparse Training", ICML 2021, arXiv
 * 2102.02887).
 *
 * <p>Unlike RigL itself, an update follows the optimizer's step and uses the gradients of the batch
 * that step was made with. The interval is never scaled to a shorter run; {@link #notes} says when
 * it leaves no update.
 */
public record RigLItop(Budget budget, TopologyUpdates updates) implements DynamicSparse {
  /** ΔT = 4,000 steps, half the weights falling to 0.5 % by a cosine over the whole run. */
  public static final TopologyUpdates PAPER =
      new TopologyUpdates(
          new Rule(
              Criterion.MAGNITUDE, Rule.Count.CEILING, Growth.GRADIENT, Rule.Timing.AFTER_STEP),
          Cadence.of(Duration.ofSteps(4000), 100),
          new Schedule.Cosine(0.5, 0.005),
          true);

  static final MethodEntry ENTRY =
      new MethodEntry(
          "rigl-itop",
          DynamicSparse.FAMILY,
          Storage.SPARSE,
          "Liu et al., ICML 2021, arXiv 2102.02887",
          "RigL with long intervals and large drops, to explore many weights reliably.",
          settings -> new RigLItop(Budget.read(settings), TopologyUpdates.read(settings, PAPER)));
}
