package org.espalier.engine.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.SmallestMagnitudes;

/** Moves two connections in place of every fifth step, as RigL would; its state is when it did. */
final class RewiringHook implements TrainingHook {
  private final String name;
  long last;

  /** Rewires the sparse parameter of that name. */
  RewiringHook(String name) {
    this.name = name;
  }

  private boolean due(long step) {
    return step >= last + 5;
  }

  @Override
  public Map<String, AbsentGradients.Wanted> absentGradientsWanted(
      long step, Parameters parameters) {
    return due(step) ? Map.of(name, new AbsentGradients.Wanted(2, Block.SINGLE)) : Map.of();
  }

  @Override
  public boolean beforeStep(
      long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    if (!due(step)) {
      return true;
    }
    last = step;
    var weight = parameters.of(name);
    var grown = candidates.getOrDefault(name, new AbsentGradients(new long[0], new float[0]));
    var positions = grown.positions().clone();
    Arrays.sort(positions);
    weight.rewire(new Rewiring(SmallestMagnitudes.indices(weight.values(), 2), positions));
    return false;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeLong(last);
  }

  @Override
  public void load(DataInput in) throws IOException {
    last = in.readLong();
  }
}
