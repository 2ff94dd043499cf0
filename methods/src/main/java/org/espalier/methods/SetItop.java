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
import org.espalier.methods.settings.Settings;

/**
 * SET with long intervals and large drops, so that many weights are explored and each is trained
 * long enough to be judged (Liu et al., "Do We Actually Need Dense Over-Parameterization? In-Time
 * Over-Parameterization in Sparse Training", ICML 2021, arXiv 2102.02887).
 *
 * <p>Counts are exact where the authors' code draws growth weight by weight. The interval is never
 * scaled to a shorter run; {@link #notes} says when it leaves no update.
 */
public record SetItop(Budget budget, TopologyUpdates updates) implements DynamicSparse {
  /** ΔT = 1,500 steps, half the weights falling to 0.5 % by a cosine over the whole run. */
  public static final TopologyUpdates PAPER = updates(Growth.RANDOM);

  static final MethodEntry ENTRY =
      new MethodEntry(
          "set-itop",
          DynamicSparse.FAMILY,
          Storage.SPARSE,
          "Liu et al., ICML 2021, arXiv 2102.02887",
          "SET with long intervals and large drops, to explore many weights reliably.",
          SetItop::read);

  private static SetItop read(Settings settings) {
    var growth = settings.flag("unfired-first", false) ? Growth.RANDOM_UNFIRED : Growth.RANDOM;
    return new SetItop(Budget.read(settings), TopologyUpdates.read(settings, updates(growth)));
  }

  private static TopologyUpdates updates(Growth growth) {
    return new TopologyUpdates(
        new Rule(Criterion.MAGNITUDE, Rule.Count.CEILING, growth, Rule.Timing.AFTER_STEP),
        Cadence.of(Duration.ofSteps(1500), 100),
        new Schedule.Cosine(0.5, 0.005),
        true);
  }
}
