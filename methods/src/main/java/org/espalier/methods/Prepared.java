package org.espalier.methods;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.training.TrainingHook;

/**
 * What a method decides before training.
 *
 * @param topologies initial active positions, stored as {@link MethodEntry#storage} says; prunable
 *     parameters absent here are stored dense
 * @param hook what the method does during training
 * @param requestedDensities for every prunable parameter, before rounding to whole weights
 * @param block the unit in which weights are active, as far as a parameter {@linkplain Block#within
 *     has it}: densities are met up to whole blocks
 */
public record Prepared(
    Map<String, Topology> topologies,
    TrainingHook hook,
    Map<String, Double> requestedDensities,
    Block block) {
  public Prepared {
    topologies = Collections.unmodifiableMap(new LinkedHashMap<>(topologies));
    requestedDensities = Collections.unmodifiableMap(new LinkedHashMap<>(requestedDensities));
  }
}
