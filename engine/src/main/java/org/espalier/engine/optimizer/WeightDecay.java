package org.espalier.engine.optimizer;

import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Parameter;

/**
 * How strongly parameters are pulled to zero, and which.
 *
 * <p>PyTorch's optimizers decay all parameters, and so does the published code of ITOP and of SuRP;
 * here the scope is {@link Scope#WEIGHTS} unless a recipe names the other.
 *
 * @param rate factor of the parameter in its gradient, at least 0
 */
public record WeightDecay(double rate, Scope scope) {
  public static final WeightDecay NONE = new WeightDecay(0);

  /** Which parameters decay. */
  public enum Scope {
    /** Weights of linear and convolutional layers; neither biases nor normalisation. */
    WEIGHTS,
    /** Every trained parameter, as in PyTorch. */
    ALL
  }

  public WeightDecay {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new EspalierException("weight decay " + rate + ": expected 0 or a positive number");
    }
  }

  /** Decay of the weights alone. */
  public WeightDecay(double rate) {
    this(rate, Scope.WEIGHTS);
  }

  /** The factor for one parameter: 0 outside the scope. */
  public double of(Parameter parameter) {
    return scope == Scope.ALL || parameter.spec().prunable() ? rate : 0;
  }
}
