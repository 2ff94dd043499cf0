package org.espalier.app.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.espalier.engine.optimizer.LearningRate;

/** How the learning rate changes while a network trains. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "schedule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LearningRateChoice.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = LearningRateChoice.Step.class, name = "step"),
  @JsonSubTypes.Type(value = LearningRateChoice.Cosine.class, name = "cosine")
})
public sealed interface LearningRateChoice {

  /** The largest rate, reached at the end of the warm-up. */
  double peak();

  /** Duration of the linear rise to the peak, such as {@code 5ep}. */
  String warmup();

  /** The schedule after the warm-up, for a training of this length. */
  LearningRate afterWarmup(TrainingLength length);

  /** The whole schedule, for a training of this length. */
  default LearningRate over(TrainingLength length) {
    var steps = length.steps("learning-rate.warmup", warmup());
    var schedule = afterWarmup(length);
    return steps == 0 ? schedule : new LearningRate.WarmUp(steps, schedule);
  }

  /** The same from beginning to end. */
  record Constant(double peak, String warmup) implements LearningRateChoice {
    @Override
    public LearningRate afterWarmup(TrainingLength length) {
      return new LearningRate.Constant(peak);
    }
  }

  /**
   * Multiplied by a factor at each milestone.
   *
   * @param milestones durations from the start, or fractions of the whole such as {@code 0.5}
   */
  record Step(double peak, String warmup, List<String> milestones, double factor)
      implements LearningRateChoice {
    public Step {
      milestones = List.copyOf(milestones);
    }

    @Override
    public LearningRate afterWarmup(TrainingLength length) {
      var steps =
          milestones.stream()
              .map(milestone -> length.place("learning-rate.milestones", milestone))
              .toList();
      return new LearningRate.Steps(peak, steps, factor);
    }
  }

  /**
   * Half a cosine from the peak down to {@code end} (Loshchilov and Hutter 2017, without restarts).
   */
  record Cosine(double peak, String warmup, double end) implements LearningRateChoice {
    @Override
    public LearningRate afterWarmup(TrainingLength length) {
      return new LearningRate.Cosine(peak, end, Math.max(1, length.steps()));
    }
  }
}
