package org.espalier.engine.network;

/** What training minimises, as a mean over the samples of a batch. */
public sealed interface Loss {

  /** Softmax and cross-entropy; targets are (1−s)·one-hot + s/classes for label smoothing s. */
  record CrossEntropy(double labelSmoothing) implements Loss {
    public CrossEntropy {
      if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
        throw new IllegalArgumentException(
            "label smoothing " + labelSmoothing + ": expected 0 ≤ smoothing < 1");
      }
    }
  }

  /** Mean over classes of (output − one-hot)², as in PyTorch. */
  record MeanSquaredError() implements Loss {}
}
