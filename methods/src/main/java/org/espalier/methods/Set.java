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
 * Sparse evolutionary training: drop the weights nearest to zero, grow at random (Mocanu et al.,
 * "Scalable training of artificial neural networks with adaptive sparse connectivity inspired by
 * network science", Nature Communications 2018, arXiv 1707.04780).
 *
 * <p>In two variants: on RigL's schedule, as its paper compares them, and as first published. The
 * authors' code for the latter, {@code set_mlp_keras_cifar10.py}, differs in what is no part of the
 * rule: its last layer is dense, where the {@code distribution} decides here, ERK unless another is
 * named; it updates after the last epoch too; and it makes a new optimizer for every epoch, so that
 * all momentum is lost, where weights that stay keep theirs here.
 */
public record Set(Budget budget, TopologyUpdates updates) implements DynamicSparse {

  /** Which publication the defaults follow. */
  public enum Variant {
    /** The baseline of RigL's paper: magnitude alone, ΔT = 100, α = 0.3 by a cosine. */
    SCHEDULED,
    /** Mocanu et al.: ζ = 0.3 of the weights of each sign after every epoch but the last. */
    ORIGINAL;

    /** When and how this variant updates the topology. */
    public TopologyUpdates updates() {
      return switch (this) {
        case SCHEDULED ->
            new TopologyUpdates(
                rule(Criterion.MAGNITUDE),
                Cadence.of(Duration.ofSteps(100), 75),
                new Schedule.Cosine(0.3, 0),
                true);
        case ORIGINAL ->
            new TopologyUpdates(
                rule(Criterion.SIGN_BALANCED),
                Cadence.of(Duration.ofEpochs(1), 100),
                new Schedule.Constant(0.3),
                true);
      };
    }

    private static Rule rule(Criterion drop) {
      return new Rule(drop, Rule.Count.FLOOR, Growth.RANDOM, Rule.Timing.AFTER_STEP);
    }
  }

  static final MethodEntry ENTRY =
      new MethodEntry(
          "set",
          DynamicSparse.FAMILY,
          Storage.SPARSE,
          "Mocanu et al., Nature Communications 2018, arXiv 1707.04780",
          "Drops the weights nearest to zero, grows at random.",
          Set::read);

  private static Set read(Settings settings) {
    var variant = settings.choice("variant", Variant.SCHEDULED);
    return new Set(Budget.read(settings), TopologyUpdates.read(settings, variant.updates()));
  }
}
