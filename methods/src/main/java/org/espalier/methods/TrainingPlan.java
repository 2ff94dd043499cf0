package org.espalier.methods;

/** How long a training run is, in optimizer steps. */
public record TrainingPlan(long totalSteps, int stepsPerEpoch) {
  public TrainingPlan {
    if (totalSteps < 0 || stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          totalSteps + " steps, " + stepsPerEpoch + " per epoch: expected ≥ 0 and ≥ 1");
    }
  }
}
