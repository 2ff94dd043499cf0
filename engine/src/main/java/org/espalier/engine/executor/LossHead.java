package org.espalier.engine.executor;

import org.espalier.engine.network.Loss;
import org.espalier.engine.training.Batch;

/**
 * The loss over the logits of a batch, its gradient, and how many samples are classified right.
 *
 * <p>Sums run over samples in order, in double precision; with a few thousand logits per batch
 * nothing here is worth a kernel.
 */
final class LossHead {
  private final Loss loss;
  private final Tensor logits;
  private final Tensor gradient;
  private final double[] scores; // [class] of one sample
  private double[] losses = {}; // [sample]
  private double mean;
  private int correct;

  LossHead(Loss loss, Tensor logits, Tensor gradient) {
    this.loss = loss;
    this.logits = logits;
    this.gradient = gradient;
    this.scores = new double[logits.shape().channels()];
  }

  double mean() {
    return mean;
  }

  int correct() {
    return correct;
  }

  /** The loss of one sample. */
  double loss(int sample) {
    return losses[sample];
  }

  /**
   * Loss and hits, and in training the gradient; gradients of samples that are not there stay zero.
   *
   * @param training an executor for inference has no room for a gradient beside the logits
   */
  void evaluate(Batch batch, boolean training) {
    if (losses.length < batch.size()) {
      losses = new double[batch.size()];
    }
    var total = 0.0;
    correct = 0;
    for (var sample = 0; sample < batch.size(); sample++) {
      var label = batch.labels()[sample];
      read(sample);
      correct += largest() == label ? 1 : 0;
      losses[sample] =
          switch (loss) {
            case Loss.CrossEntropy(var smoothing) -> crossEntropy(label, smoothing);
            case Loss.MeanSquaredError() -> squaredError(label);
          };
      total += losses[sample];
      if (training) {
        write(sample, batch.size());
      }
    }
    mean = total / batch.size();
  }

  private void read(int sample) {
    for (var k = 0; k < scores.length; k++) {
      scores[k] = Floats.at(logits.valueAt(sample, k, 0, 0));
    }
  }

  private int largest() {
    var best = 0;
    for (var k = 1; k < scores.length; k++) {
      if (scores[k] > scores[best]) {
        best = k;
      }
    }
    return best;
  }

  /** Replaces the scores by the gradient of this sample's loss and returns the loss. */
  private double crossEntropy(int label, double smoothing) {
    var peak = scores[largest()];
    var sum = 0.0;
    for (var score : scores) {
      sum += StrictMath.exp(score - peak);
    }
    var logSum = peak + StrictMath.log(sum);
    var value = 0.0;
    for (var k = 0; k < scores.length; k++) {
      var target = smoothing / scores.length + (k == label ? 1 - smoothing : 0);
      value += target == 0 ? 0 : target * (logSum - scores[k]);
      scores[k] = StrictMath.exp(scores[k] - logSum) - target;
    }
    return value;
  }

  private double squaredError(int label) {
    var value = 0.0;
    for (var k = 0; k < scores.length; k++) {
      var error = scores[k] - (k == label ? 1 : 0);
      value += error * error / scores.length;
      scores[k] = 2 * error / scores.length;
    }
    return value;
  }

  private void write(int sample, int samples) {
    for (var k = 0; k < scores.length; k++) {
      Floats.set(gradient.valueAt(sample, k, 0, 0), (float) (scores[k] / samples));
    }
  }
}
