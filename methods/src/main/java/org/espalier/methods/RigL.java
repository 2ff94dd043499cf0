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
 * RigL: drop the smallest weights, grow where the dense gradient is largest (Evci et al., "Rigging
 * the Lottery: Making All Tickets Winners", ICML 2020, arXiv 1911.11134).
 *
 * <p>As in the authors' first code, an update spends its batch: no optimizer step is made or
 * counted, and weights just dropped may grow again, with value and momentum. Unlike it, ranks are
 * exact without noise, the first update comes after one interval instead of at step 0, and the
 * momentum of dropped weights is gone at once.
 */
public record RigL(Budget budget, TopologyUpdates updates) implements DynamicSparse {
  /** ΔT = 100, α = 0.3 falling by a cosine to 0 at three quarters of the run. */
  public static final TopologyUpdates PAPER =
      new TopologyUpdates(
          new Rule(
              Criterion.MAGNITUDE, Rule.Count.FLOOR, Growth.GRADIENT, Rule.Timing.INSTEAD_OF_STEP),
          Cadence.of(Duration.ofSteps(100), 75),
          new Schedule.Cosine(0.3, 0),
          true);

  static final MethodEntry ENTRY =
      new MethodEntry(
          "rigl",
          DynamicSparse.FAMILY,
          Storage.SPARSE,
          "Evci et al., ICML 2020, arXiv 1911.11134",
          "Drops the smallest weights, grows where the gradient is largest.",
          settings -> new RigL(Budget.read(settings), TopologyUpdates.read(settings, PAPER)));
}
