package org.espalier.methods.rewiring;

import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.settings.Settings;

/**
 * Everything about the topology updates of a method but the layers they start from.
 *
 * @param rule what an update does
 * @param cadence when updates happen
 * @param dropFraction how many weights they replace
 * @param explored whether to keep track of R_s, at one bit per weight, or block, of a sparse layer
 */
public record TopologyUpdates(Rule rule, Cadence cadence, Schedule dropFraction, boolean explored) {

  public TopologyUpdates {
    if (rule.growth() == Growth.RANDOM_UNFIRED && !explored) {
      throw new EspalierException("unfired-first needs explored: true");
    }
  }

  /**
   * Reads {@code drop}, {@code begin}, {@code every}, {@code end}, {@code drop-fraction}, {@code
   * schedule} with its parts and {@code explored}.
   */
  public static TopologyUpdates read(Settings settings, TopologyUpdates fallback) {
    var rule = fallback.rule;
    return new TopologyUpdates(
        new Rule(settings.choice("drop", rule.drop()), rule.count(), rule.growth(), rule.timing()),
        Cadence.read(settings, fallback.cadence),
        Schedule.read(settings, fallback.dropFraction),
        settings.flag("explored", fallback.explored));
  }

  /**
   * The hook that makes these updates, starting from {@code topologies}.
   *
   * @param block the unit of updates, of which those topologies consist
   */
  public TrainingHook hook(
      Network network,
      Map<String, Topology> topologies,
      Block block,
      long totalSteps,
      int stepsPerEpoch,
      Randoms randoms) {
    var names = List.copyOf(topologies.keySet());
    var tracked =
        explored ? ExploredWeights.of(network, topologies, block) : ExploredWeights.none();
    if (rule.growth() == Growth.RANDOM_UNFIRED) {
      names.stream()
          .filter(name -> !tracked.tracks(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new EspalierException(
                    "unfired-first: "
                        + name
                        + " has more than 2^31-1 weights, or blocks of them, too many to track");
              });
    }
    return new DynamicTopology(
        names,
        block,
        rule,
        dropFraction,
        cadence.trigger(totalSteps, stepsPerEpoch),
        tracked,
        randoms);
  }
}
