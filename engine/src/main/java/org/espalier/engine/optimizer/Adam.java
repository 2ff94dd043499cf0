package org.espalier.engine.optimizer;

import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Parameter;

/**
 * Adam with bias correction (Kingma and Ba 2015), or AdamW (Loshchilov and Hutter 2019) when the
 * decay is decoupled from the gradient; both as in PyTorch.
 *
 * <p>Bias correction goes by the step of the run. A connection grown later starts with both moments
 * at zero and without a correction of its own, as in every implementation over whole tensors.
 *
 * @param beta1 decay of the mean of gradients, 0 ≤ β₁ &lt; 1
 * @param beta2 decay of the mean of their squares, 0 ≤ β₂ &lt; 1
 * @param epsilon added to the root of the latter, above 0
 * @param decoupled whether weights decay by themselves (AdamW) rather than through the gradient
 */
public record Adam(
    double beta1, double beta2, double epsilon, WeightDecay weightDecay, boolean decoupled)
    implements Optimizer {

  public Adam {
    checkBeta("beta1", beta1);
    checkBeta("beta2", beta2);
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new EspalierException("epsilon " + epsilon + ": expected a positive number");
    }
  }

  /** Adam with the published constants; decay is part of the gradient. */
  public static Adam standard(WeightDecay weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, false);
  }

  /** AdamW with the published constants. */
  public static Adam decoupled(WeightDecay weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, true);
  }

  private static void checkBeta(String name, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new EspalierException(name + " " + beta + ": expected 0 ≤ " + name + " < 1");
    }
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public void update(Parameter parameter, double learningRate, long step) {
    parameter.slots(slots());
    var decay = weightDecay.of(parameter);
    var updates = step + 1.0;
    var correction1 = 1 - StrictMath.pow(beta1, updates);
    var correction2 = 1 - StrictMath.pow(beta2, updates);
    update(
        parameter.values(),
        parameter.gradients(),
        parameter.slot(0),
        parameter.slot(1),
        (float) (learningRate / correction1),
        (float) (1 / Math.sqrt(correction2)),
        (float) (decoupled ? 0 : decay),
        (float) (decoupled ? 1 - learningRate * decay : 1));
  }

  private void update(
      float[] values,
      float[] gradients,
      float[] means,
      float[] squares,
      float rate,
      float rootScale,
      float decay,
      float shrink) {
    var fresh1 = (float) (1 - beta1);
    var fresh2 = (float) (1 - beta2);
    var keep2 = (float) beta2;
    var floor = (float) epsilon;
    for (var i = 0; i < values.length; i++) {
      var gradient = gradients[i] + decay * values[i];
      var mean = means[i] + fresh1 * (gradient - means[i]);
      var square = keep2 * squares[i] + fresh2 * gradient * gradient;
      var root = (float) Math.sqrt(square) * rootScale + floor;
      means[i] = Flush.tiny(mean);
      squares[i] = Flush.tiny(square);
      values[i] = Flush.tiny(values[i] * shrink - rate * (mean / root));
    }
  }
}
