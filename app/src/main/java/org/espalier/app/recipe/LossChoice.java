package org.espalier.app.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Loss;

/** What training minimises. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LossChoice.CrossEntropy.class, name = "cross-entropy"),
  @JsonSubTypes.Type(value = LossChoice.MeanSquaredError.class, name = "mean-squared-error")
})
public sealed interface LossChoice {

  Loss loss();

  /** Softmax and cross-entropy, with targets smoothed towards uniform. */
  record CrossEntropy(double labelSmoothing) implements LossChoice {
    public CrossEntropy {
      if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
        throw new EspalierException(
            "loss.label-smoothing " + labelSmoothing + ": expected 0 ≤ smoothing < 1");
      }
    }

    @Override
    public Loss loss() {
      return new Loss.CrossEntropy(labelSmoothing);
    }
  }

  /** The mean over classes of (output − one-hot)². */
  record MeanSquaredError() implements LossChoice {
    @Override
    public Loss loss() {
      return new Loss.MeanSquaredError();
    }
  }
}
