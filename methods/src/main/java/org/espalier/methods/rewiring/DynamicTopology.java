package org.espalier.methods.rewiring;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.rewiring.Rule.Timing;

/**
 * Dynamic sparse training: at every update each sparse layer drops weights and grows as many, block
 * by block.
 *
 * <p>A kept weight keeps value and optimizer state bit for bit, a new one starts at zero in both;
 * one that is dropped and grown at once counts as kept, as in RigL's code. The number of non-zeros
 * of a layer never changes. The random numbers of an update depend on the seed, the layer's name
 * and the step alone.
 */
final class DynamicTopology implements TrainingHook {
  private static final AbsentGradients NO_CANDIDATES =
      new AbsentGradients(new long[0], new float[0]);

  private final List<String> names;
  private final Block block;
  private final Rule rule;
  private final Schedule fraction;
  private final Trigger trigger;
  private final ExploredWeights explored;
  private final Randoms randoms;
  private long lastUpdate;
  private long updates;

  /**
   * A hook before its first update.
   *
   * @param names the sparse parameters to rewire
   * @param block their unit, as far as they {@linkplain Block#within have it}
   */
  DynamicTopology(
      List<String> names,
      Block block,
      Rule rule,
      Schedule fraction,
      Trigger trigger,
      ExploredWeights explored,
      Randoms randoms) {
    this.names = List.copyOf(names);
    this.block = block;
    this.rule = rule;
    this.fraction = fraction;
    this.trigger = trigger;
    this.explored = explored;
    this.randoms = randoms;
  }

  @Override
  public Map<String, AbsentGradients.Wanted> absentGradientsWanted(
      long step, Parameters parameters) {
    var time = rule.timing() == Timing.INSTEAD_OF_STEP ? step : step + 1;
    if (rule.growth() != Growth.GRADIENT || !trigger.due(time, lastUpdate)) {
      return Map.of();
    }
    var wanted = new LinkedHashMap<String, AbsentGradients.Wanted>();
    for (var name : names) {
      var parameter = parameters.of(name);
      var count = count(parameter, time);
      if (count > 0) {
        wanted.put(name, new AbsentGradients.Wanted(count, block.within(parameter.spec())));
      }
    }
    return wanted;
  }

  @Override
  public boolean beforeStep(
      long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    var due = rule.timing() == Timing.INSTEAD_OF_STEP && trigger.due(step, lastUpdate);
    if (due) {
      update(step, parameters, candidates);
    }
    return !due;
  }

  @Override
  public void afterStep(long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    if (rule.timing() == Timing.AFTER_STEP && trigger.due(step, lastUpdate)) {
      update(step, parameters, candidates);
    }
  }

  private void update(long time, Parameters parameters, Map<String, AbsentGradients> candidates) {
    for (var name : names) {
      rewire(parameters.of(name), time, candidates.getOrDefault(name, NO_CANDIDATES));
    }
    lastUpdate = time;
    updates++;
  }

  private void rewire(Parameter parameter, long time, AbsentGradients candidates) {
    var count = count(parameter, time);
    if (count == 0) {
      return;
    }
    var name = parameter.name();
    var spec = parameter.spec();
    var blocks = BlockTopology.of(spec, parameter.topology(), block.within(spec));
    var dropped = rule.drop().least(parameter, blocks, count);
    var grown =
        rule.growth()
            .positions(
                new Growth.Update(
                    name,
                    blocks.active(),
                    blocks.magnitudes(parameter.gradients()),
                    dropped,
                    candidates,
                    explored,
                    randoms.stream(Purpose.TOPOLOGY, name, time)));
    if (grown.length != count) {
      throw new IllegalStateException(
          name + ": " + grown.length + " blocks grown for " + count + " dropped");
    }
    parameter.rewire(new Rewiring(blocks.weights(dropped), blocks.grid().positions(grown)));
    explored.add(name, grown);
  }

  /** Blocks of a parameter that an update replaces. */
  private int count(Parameter parameter, long time) {
    var blocks = parameter.stored() / block.within(parameter.spec()).size();
    return rule.count().of(fraction.at(time, trigger.end()), blocks);
  }

  /** R_s where it is tracked, and how many updates there were. */
  @Override
  public Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<>(explored.metrics());
    metrics.put("topology_updates", (double) updates);
    return metrics;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeLong(lastUpdate);
    out.writeLong(updates);
    explored.save(out);
  }

  @Override
  public void load(DataInput in) throws IOException {
    var savedUpdate = in.readLong();
    var savedUpdates = in.readLong();
    if (savedUpdate < 0 || savedUpdate > trigger.totalSteps() || savedUpdates < 0) {
      throw new IOException(
          "last topology update at step " + savedUpdate + " of " + trigger.totalSteps());
    }
    explored.load(in);
    lastUpdate = savedUpdate;
    updates = savedUpdates;
  }
}
