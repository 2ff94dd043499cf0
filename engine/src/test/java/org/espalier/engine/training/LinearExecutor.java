package org.espalier.engine.training;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.LargestGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;

/**
 * A softmax regression in plain double precision: the least that can be trained, rewired and saved.
 *
 * <p>Inputs are centred by a running mean, so that it matters whether running statistics survive.
 */
final class LinearExecutor implements Executor {
  static final int FEATURES = 8;
  static final int CLASSES = 3;

  private final Network network =
      NetworkBuilder.of("linear", Shape.features(FEATURES))
          .batchNorm("bn")
          .linear("fc", CLASSES)
          .build();
  private final Parameters parameters;
  private Batch batch = new Batch(0, FEATURES);
  private double[][] centred = {}; // [sample][feature]
  private double[][] errors = {}; // [sample][class], probability − one-hot
  private double loss;
  private int correct;

  LinearExecutor(Topology weights) {
    this(spec -> Parameter.sparse(spec, weights));
  }

  LinearExecutor(Function<ParameterSpec, Parameter> weightStorage) {
    parameters =
        new Parameters(
            network,
            spec ->
                spec.role() == ParameterSpec.Role.WEIGHT
                    ? weightStorage.apply(spec)
                    : Parameter.dense(spec));
    var weights = parameters.of("fc.weight").values();
    for (var i = 0; i < weights.length; i++) {
      weights[i] = (i % 5 - 2) / 8f;
    }
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int batchSize() {
    return 16;
  }

  @Override
  public void forward(Batch batch, Mode mode, long iteration) {
    this.batch = batch;
    centre(mode);
    var weights = dense(parameters.of("fc.weight"));
    var bias = parameters.of("fc.bias").values();
    errors = new double[batch.size()][CLASSES];
    loss = 0;
    correct = 0;
    for (var sample = 0; sample < batch.size(); sample++) {
      var label = batch.labels()[sample];
      var logits = errors[sample];
      var best = 0;
      for (var c = 0; c < CLASSES; c++) {
        logits[c] = bias[c];
        for (var f = 0; f < FEATURES; f++) {
          logits[c] += weights[c * FEATURES + f] * centred[sample][f];
        }
        best = logits[c] > logits[best] ? c : best;
      }
      correct += best == label ? 1 : 0;
      loss += toErrors(logits, label) / batch.size();
    }
  }

  private void centre(Mode mode) {
    var mean = parameters.of("bn.running_mean").values();
    centred = new double[batch.size()][FEATURES];
    for (var f = 0; f < FEATURES; f++) {
      var sum = 0.0;
      for (var sample = 0; sample < batch.size(); sample++) {
        sum += batch.features()[sample * FEATURES + f];
      }
      if (mode == Mode.TRAINING) {
        mean[f] += 0.1f * (float) (sum / batch.size() - mean[f]);
      }
      for (var sample = 0; sample < batch.size(); sample++) {
        centred[sample][f] = batch.features()[sample * FEATURES + f] - mean[f];
      }
    }
  }

  /** Replaces logits by probabilities minus one-hot; returns the cross-entropy. */
  private static double toErrors(double[] logits, int label) {
    var sum = 0.0;
    for (var logit : logits) {
      sum += Math.exp(logit);
    }
    var loss = Math.log(sum) - logits[label];
    for (var c = 0; c < CLASSES; c++) {
      logits[c] = Math.exp(logits[c]) / sum - (c == label ? 1 : 0);
    }
    return loss;
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public int correct() {
    return correct;
  }

  @Override
  public void logits(float[] into) {
    throw new UnsupportedOperationException("the training loop needs no logits");
  }

  @Override
  public Map<String, AbsentGradients> backward(Map<String, AbsentGradients.Wanted> wanted) {
    var weight = parameters.of("fc.weight");
    var bias = parameters.of("fc.bias");
    var gradient = new float[CLASSES * FEATURES];
    for (var c = 0; c < CLASSES; c++) {
      bias.gradients()[c] = (float) mean(c, -1);
      for (var f = 0; f < FEATURES; f++) {
        gradient[c * FEATURES + f] = (float) mean(c, f);
      }
    }
    if (weight.stored() == gradient.length) {
      System.arraycopy(gradient, 0, weight.gradients(), 0, gradient.length);
      return Map.of();
    }
    var positions = weight.topology().positions();
    for (var p = 0; p < positions.length; p++) {
      weight.gradients()[p] = gradient[(int) positions[p]];
    }
    var candidates = new HashMap<String, AbsentGradients>();
    wanted.forEach(
        (name, asked) -> {
          var largest = new LargestGradients(name, asked.count());
          for (var c = 0; c < CLASSES; c++) {
            largest.offerRow(weight.topology(), c, 0, FEATURES, gradient, c * FEATURES);
          }
          candidates.put(name, largest.result());
        });
    return candidates;
  }

  private double mean(int c, int feature) {
    var sum = 0.0;
    for (var sample = 0; sample < batch.size(); sample++) {
      sum += errors[sample][c] * (feature < 0 ? 1 : centred[sample][feature]);
    }
    return sum / batch.size();
  }

  private static float[] dense(Parameter weight) {
    if (weight.stored() == CLASSES * FEATURES) {
      return weight.values();
    }
    var dense = new float[CLASSES * FEATURES];
    var positions = weight.topology().positions();
    for (var p = 0; p < positions.length; p++) {
      dense[(int) positions[p]] = weight.values()[p];
    }
    return dense;
  }

  @Override
  public Footprint footprint() {
    throw new UnsupportedOperationException("the training loop needs no footprint");
  }

  @Override
  public void close() {}
}
