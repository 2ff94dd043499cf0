package org.espalier.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.executor.Footprint;
import org.jspecify.annotations.Nullable;

/**
 * A sparse network's step beside its dense twin's, with all that belongs to the figures.
 *
 * @param layoutMs the opponent's milliseconds per step in the layouts tried
 * @param ours bytes by purpose, {@code theirs} the opponent's
 * @param ourMemory of a process that makes these steps alone, {@code theirMemory} the opponent's;
 *     null where it was not asked for or the system does not tell
 */
record StepRow(
    String model,
    String input,
    int batch,
    double sparsity,
    String distribution,
    String block,
    int threads,
    long nnz,
    StepRace.Result race,
    String opponent,
    String layout,
    Map<String, Double> layoutMs,
    Footprint ours,
    Footprint theirs,
    @Nullable ResidentMemory ourMemory,
    @Nullable ResidentMemory theirMemory) {

  /** Beside our own dense network ours is the sparse one. */
  String name() {
    return opponent.equals(Opponent.DENSE) ? "sparse" : StepProcess.Side.OURS;
  }

  double bytesRatio() {
    return theirs.parameters() / (double) ours.parameters();
  }

  /** For scripts; bytes are those of parameters, gradients, optimizer and indices. */
  Map<String, Object> json(Machine machine) {
    var timing = race.timing();
    var json = new LinkedHashMap<String, Object>();
    json.put("model", model);
    json.put("input", input);
    json.put("batch", batch);
    json.put("sparsity", sparsity);
    json.put("distribution", distribution);
    json.put("block", block);
    json.put("threads", threads);
    json.put("against", opponent);
    json.put("nnz", nnz);
    json.put(opponent + "_ms", timing.firstMs());
    json.put(name() + "_ms", timing.secondMs());
    json.put("ratio", timing.ratio());
    json.put("ratio_low", timing.ratioLow());
    json.put("ratio_high", timing.ratioHigh());
    json.put("pairs", timing.pairs());
    json.put("rewiring_ms", race.rewiringMs());
    json.put("rewiring_update_ms", race.updateMs());
    if (!layoutMs.isEmpty()) {
      json.put(opponent + "_layout", layout);
      json.put(opponent + "_layout_ms", layoutMs);
    }
    json.put(opponent + "_bytes", theirs.parameters());
    json.put(name() + "_bytes", ours.parameters());
    json.put("parameter_bytes_ratio", bytesRatio());
    json.put(opponent + "_footprint", theirs);
    json.put(name() + "_footprint", ours);
    putMemory(json, opponent, theirMemory);
    putMemory(json, name(), ourMemory);
    json.putAll(machine.json());
    return json;
  }

  private static void putMemory(
      Map<String, Object> json, String name, @Nullable ResidentMemory memory) {
    if (memory != null) {
      json.put(name + "_peak_resident_bytes", memory.peak());
      json.put(name + "_base_resident_bytes", memory.base());
    }
  }
}
