package org.espalier.engine.optimizer;

import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Parameter;

/**
 * Stochastic gradient descent with momentum as PyTorch defines it: without dampening, the velocity
 * is the first gradient after step 0, the rate multiplies the velocity and not the gradient.
 *
 * <p>With gradient g, weight w, velocity v, decay λ and rate η: {@code d = g + λw; v = μv + d; w −=
 * ηv}, or {@code w −= η(d + μv)} for Nesterov's variant (Sutskever et al. 2013).
 *
 * @param momentum μ, 0 ≤ μ &lt; 1; no state is kept for 0
 */
public record Sgd(double momentum, boolean nesterov, WeightDecay weightDecay) implements Optimizer {

  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new EspalierException("momentum " + momentum + ": expected 0 ≤ momentum < 1");
    }
    if (nesterov && momentum == 0) {
      throw new EspalierException("Nesterov's variant needs a momentum above 0");
    }
  }

  @Override
  public int slots() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public void update(Parameter parameter, double learningRate, long step) {
    parameter.slots(slots());
    var values = parameter.values();
    var gradients = parameter.gradients();
    var rate = (float) learningRate;
    var decay = (float) weightDecay.of(parameter);
    if (momentum == 0) {
      descend(values, gradients, rate, decay);
    } else if (nesterov) {
      lookAhead(values, gradients, parameter.slot(0), rate, decay, (float) momentum);
    } else {
      accelerate(values, gradients, parameter.slot(0), rate, decay, (float) momentum);
    }
  }

  private static void descend(float[] values, float[] gradients, float rate, float decay) {
    for (var i = 0; i < values.length; i++) {
      var direction = gradients[i] + decay * values[i];
      values[i] = Flush.tiny(values[i] - rate * direction);
    }
  }

  private static void accelerate(
      float[] values,
      float[] gradients,
      float[] velocity,
      float rate,
      float decay,
      float momentum) {
    for (var i = 0; i < values.length; i++) {
      var direction = gradients[i] + decay * values[i];
      var faster = momentum * velocity[i] + direction;
      velocity[i] = Flush.tiny(faster);
      values[i] = Flush.tiny(values[i] - rate * faster);
    }
  }

  private static void lookAhead(
      float[] values,
      float[] gradients,
      float[] velocity,
      float rate,
      float decay,
      float momentum) {
    for (var i = 0; i < values.length; i++) {
      var direction = gradients[i] + decay * values[i];
      var faster = momentum * velocity[i] + direction;
      velocity[i] = Flush.tiny(faster);
      values[i] = Flush.tiny(values[i] - rate * (direction + momentum * faster));
    }
  }
}
