package org.espalier.engine.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;

/**
 * What a method does inside training; the loop calls it at fixed points of every iteration.
 *
 * <p>An <em>iteration</em> consumes a batch; a <em>step</em> is an optimizer update. They differ
 * when a hook replaces the update by a rewiring, as RigL does.
 */
public interface TrainingHook {
  /** Dense and static training: nothing to do. */
  TrainingHook NONE = new TrainingHook() {};

  /**
   * How many candidates to collect per sparse parameter in the coming backward pass; empty on
   * ordinary iterations.
   *
   * @param step the step that is due, which is also how many are done
   */
  default Map<String, AbsentGradients.Wanted> absentGradientsWanted(
      long step, Parameters parameters) {
    return Map.of();
  }

  /**
   * After the gradients are known, before the optimizer uses them.
   *
   * @param step the step that is due, which is also how many are done
   * @return whether the optimizer step follows; if not, the batch is spent and the step not counted
   */
  default boolean beforeStep(
      long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    return true;
  }

  /**
   * After an optimizer step; gradients are those of the batch just used.
   *
   * @param step how many steps are done, at least 1
   */
  default void afterStep(
      long step, Parameters parameters, Map<String, AbsentGradients> candidates) {}

  /** Measures worth logging, by name, such as the explored fraction {@code r_s}. */
  default Map<String, Double> metrics() {
    return Map.of();
  }

  /** Writes what a resumed run needs to continue bit for bit. */
  default void save(DataOutput out) throws IOException {}

  /** Reads what {@link #save} wrote; data that do not fit are reported as an IOException. */
  default void load(DataInput in) throws IOException {}
}
