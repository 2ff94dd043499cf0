package org.espalier.methods;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;

/** Which weights of a run were active whenever somebody looked, one by one: what R_s must say. */
public final class EverActive {
  private final Parameters parameters;
  private final Map<String, BitSet> sparse = new LinkedHashMap<>();

  /** Those that are active now. */
  public EverActive(Parameters parameters) {
    this.parameters = parameters;
    look();
  }

  /** Adds those that are active now. */
  public void look() {
    for (var parameter : parameters) {
      if (parameter.storage() == Storage.SPARSE) {
        var active = sparse.computeIfAbsent(parameter.name(), _ -> new BitSet());
        for (var position : parameter.topology().positions()) {
          active.set(Math.toIntExact(position));
        }
      }
    }
  }

  /** R_s of the network, of its sparse layers together and of each of them, by name of metric. */
  public Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<String, Double>();
    var active = 0L;
    var size = 0L;
    var dense = 0L;
    for (var parameter : parameters) {
      var spec = parameter.spec();
      var layer = sparse.get(spec.name());
      if (layer != null) {
        active += layer.cardinality();
        size += spec.size();
        metrics.put("r_s/" + spec.name(), layer.cardinality() / (double) spec.size());
      } else if (spec.prunable()) {
        dense += spec.size();
      }
    }
    metrics.put("r_s", (active + dense) / (double) (size + dense));
    metrics.put("r_s_sparse", active / (double) size);
    return metrics;
  }
}
