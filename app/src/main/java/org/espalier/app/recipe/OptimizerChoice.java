package org.espalier.app.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.WeightDecay;

/**
 * The rule that turns gradients into new weights.
 *
 * <p>{@code decay} is what weight decay acts on: {@code weights} of linear and convolutional layers
 * alone, or {@code all} parameters.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OptimizerChoice.Sgd.class, name = "sgd"),
  @JsonSubTypes.Type(value = OptimizerChoice.Adam.class, name = "adam"),
  @JsonSubTypes.Type(value = OptimizerChoice.AdamW.class, name = "adamw")
})
public sealed interface OptimizerChoice {

  Optimizer optimizer();

  /** Stochastic gradient descent. */
  record Sgd(double momentum, boolean nesterov, double weightDecay, WeightDecay.Scope decay)
      implements OptimizerChoice {
    @Override
    public Optimizer optimizer() {
      return new org.espalier.engine.optimizer.Sgd(
          momentum, nesterov, new WeightDecay(weightDecay, decay));
    }
  }

  /** Adam, weight decay as part of the gradient (Kingma and Ba 2015). */
  record Adam(
      double beta1, double beta2, double epsilon, double weightDecay, WeightDecay.Scope decay)
      implements OptimizerChoice {
    @Override
    public Optimizer optimizer() {
      return new org.espalier.engine.optimizer.Adam(
          beta1, beta2, epsilon, new WeightDecay(weightDecay, decay), false);
    }
  }

  /** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
  record AdamW(
      double beta1, double beta2, double epsilon, double weightDecay, WeightDecay.Scope decay)
      implements OptimizerChoice {
    @Override
    public Optimizer optimizer() {
      return new org.espalier.engine.optimizer.Adam(
          beta1, beta2, epsilon, new WeightDecay(weightDecay, decay), true);
    }
  }
}
