package org.espalier.engine.executor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Batch;

/**
 * A network in double precision by the definitions of its layers, sample-major and without any
 * engine's layouts: what executors are held against.
 */
final class ReferenceNetwork {
  private final Network network;
  private final Map<String, double[]> dense; // every tensor, [rows][columns]
  private final Loss loss;
  private final Map<String, double[][]> factors; // [sample][feature], by dropout

  /** Over tensors that the caller may change between calls, with dropouts that drop nothing. */
  ReferenceNetwork(Network network, Map<String, double[]> dense, Loss loss) {
    this(network, dense, loss, Map.of());
  }

  private ReferenceNetwork(
      Network network, Map<String, double[]> dense, Loss loss, Map<String, double[][]> factors) {
    this.network = network;
    this.dense = dense;
    this.loss = loss;
    this.factors = factors;
  }

  /** The same with one dropout that in training multiplies by {@code [sample][feature]}. */
  ReferenceNetwork dropping(String dropout, double[][] by) {
    return new ReferenceNetwork(network, dense, loss, Map.of(dropout, by));
  }

  /** Logits, {@code [sample][class]}. */
  double[][] logits(Batch batch, boolean training) {
    return of(values(batch, training), network.nodes().getLast().name());
  }

  /** Mean loss in training mode. */
  double loss(Batch batch) {
    var logits = logits(batch, true);
    var total = 0.0;
    for (var n = 0; n < batch.size(); n++) {
      total += loss(logits[n], batch.labels()[n]);
    }
    return total / batch.size();
  }

  /** Samples whose largest logit in training mode is that of their label. */
  int correct(Batch batch) {
    var logits = logits(batch, true);
    var correct = 0;
    for (var n = 0; n < batch.size(); n++) {
      var scores = logits[n];
      var peak = Arrays.stream(scores).max().orElseThrow();
      correct += scores[batch.labels()[n]] == peak ? 1 : 0;
    }
    return correct;
  }

  /** Gradients of the loss in training mode, of every weight whether it is active or not. */
  Map<String, double[]> gradients(Batch batch) {
    var values = values(batch, true);
    var gradients = new HashMap<String, double[]>();
    var pending = new HashMap<String, double[][]>(); // by node, of what it computes
    var logits = of(values, network.nodes().getLast().name());
    pending.put(network.nodes().getLast().name(), lossGradient(logits, batch));
    for (var node : network.nodes().reversed()) {
      var dy = of(pending, node.name());
      for (var input : node.inputs()) {
        var dx = differentiate(node, of(values, input), dy, gradients);
        pending.merge(input, dx, ReferenceLayers::sum);
      }
    }
    return gradients;
  }

  /**
   * How much normalisations magnify rounding errors in training mode: the largest ratio of a
   * channel's root mean square to its deviation, at least 1.
   */
  double conditioning(Batch batch) {
    var values = values(batch, true);
    var largest = 1.0;
    for (var node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm norm) {
        var x = of(values, node.inputs().getFirst());
        var moments = ReferenceLayers.moments(x, network.shape(node.inputs().getFirst()));
        for (var channel = 0; channel < moments.mean().length; channel++) {
          var variance = moments.variance()[channel];
          var square = Math.pow(moments.mean()[channel], 2) + variance;
          largest = Math.max(largest, Math.sqrt(square / (variance + norm.epsilon())));
        }
      }
    }
    return largest;
  }

  /** Has the running statistics follow a batch, by PyTorch's rule. */
  void followStatistics(Batch batch) {
    var values = values(batch, true);
    for (var node : network.nodes()) {
      if (node.layer() instanceof Layer.BatchNorm norm) {
        var x = of(values, node.inputs().getFirst());
        var moments = ReferenceLayers.moments(x, network.shape(node.inputs().getFirst()));
        follow(norm, of(dense, node.name() + ".running_mean"), moments.mean());
        follow(norm, of(dense, node.name() + ".running_var"), moments.unbiasedVariance());
      }
    }
  }

  private static void follow(Layer.BatchNorm norm, double[] running, double[] batch) {
    for (var channel = 0; channel < running.length; channel++) {
      running[channel] += norm.momentum() * (batch[channel] - running[channel]);
    }
  }

  private Map<String, double[][]> values(Batch batch, boolean training) {
    var values = new HashMap<String, double[][]>();
    var input = new double[batch.size()][batch.sampleSize()];
    for (var n = 0; n < batch.size(); n++) {
      for (var i = 0; i < batch.sampleSize(); i++) {
        input[n][i] = batch.features()[n * batch.sampleSize() + i];
      }
    }
    values.put(Network.INPUT, input);
    for (var node : network.nodes()) {
      var inputs = node.inputs().stream().map(name -> of(values, name)).toList();
      values.put(node.name(), compute(node, inputs, training));
    }
    return values;
  }

  private double[][] compute(Node node, List<double[][]> inputs, boolean training) {
    var x = inputs.getFirst();
    var in = network.shape(node.inputs().getFirst());
    var out = node.output();
    return switch (node.layer()) {
      case Layer.Linear linear -> product(node, ReferenceLayers.asConvolution(linear), x);
      case Layer.Conv2d conv -> product(node, conv, x);
      case Layer.BatchNorm norm ->
          ReferenceLayers.normalise(
              x,
              in,
              training ? ReferenceLayers.moments(x, in) : running(node),
              norm.epsilon(),
              of(dense, node.name() + ".weight"),
              of(dense, node.name() + ".bias"));
      case Layer.Relu() -> ReferenceLayers.map(x, v -> Math.max(0, v));
      case Layer.MaxPool2d(var k, var s, var p) ->
          new ReferenceLayers.Pool(k, k, s, p).maximum(x, in, out);
      case Layer.AvgPool2d(var k, var s, var p) ->
          new ReferenceLayers.Pool(k, k, s, p).mean(x, in, out);
      case Layer.GlobalAvgPool() ->
          new ReferenceLayers.Pool(in.height(), in.width(), 1, 0).mean(x, in, out);
      case Layer.PadChannels(var before, _) -> widened(x, in, out, before);
      case Layer.Flatten() -> x;
      case Layer.Dropout _ -> training ? dropped(node, x) : x;
      case Layer.Add() -> inputs.stream().reduce(ReferenceLayers::sum).orElseThrow();
    };
  }

  private double[][] dropped(Node node, double[][] x) {
    var by = factors.get(node.name());
    return by == null ? x : ReferenceLayers.product(x, by);
  }

  private static double[][] widened(double[][] x, Shape in, Shape out, int before) {
    var y = new double[x.length][out.size()];
    var pixels = in.height() * in.width();
    for (var n = 0; n < x.length; n++) {
      System.arraycopy(x[n], 0, y[n], before * pixels, in.size());
    }
    return y;
  }

  private static double[][] narrowed(double[][] dy, Shape in, int before) {
    var start = before * in.height() * in.width();
    return Arrays.stream(dy)
        .map(sample -> Arrays.copyOfRange(sample, start, start + in.size()))
        .toArray(double[][]::new);
  }

  private double[][] product(Node node, Layer.Conv2d conv, double[][] x) {
    var in = network.shape(node.inputs().getFirst());
    var y =
        ReferenceLayers.convolve(conv, x, in, node.output(), of(dense, node.name() + ".weight"));
    return conv.bias()
        ? ReferenceLayers.shift(y, node.output(), of(dense, node.name() + ".bias"))
        : y;
  }

  private ReferenceLayers.Moments running(Node node) {
    return new ReferenceLayers.Moments(
        of(dense, node.name() + ".running_mean"), of(dense, node.name() + ".running_var"), 0);
  }

  /** The gradient of one input; those of the node's own tensors go into {@code gradients}. */
  private double[][] differentiate(
      Node node, double[][] x, double[][] dy, Map<String, double[]> gradients) {
    var in = network.shape(node.inputs().getFirst());
    var out = node.output();
    return switch (node.layer()) {
      case Layer.Linear linear ->
          differentiate(node, ReferenceLayers.asConvolution(linear), x, dy, gradients);
      case Layer.Conv2d conv -> differentiate(node, conv, x, dy, gradients);
      case Layer.BatchNorm norm -> {
        var weight = of(dense, node.name() + ".weight");
        var back = ReferenceLayers.normaliseBackward(x, in, norm.epsilon(), weight, dy);
        gradients.put(node.name() + ".weight", back.scale());
        gradients.put(node.name() + ".bias", ReferenceLayers.channelSums(dy, in));
        yield back.input();
      }
      case Layer.Relu() -> ReferenceLayers.where(x, dy);
      case Layer.MaxPool2d(var k, var s, var p) ->
          new ReferenceLayers.Pool(k, k, s, p).maximumBackward(x, in, out, dy);
      case Layer.AvgPool2d(var k, var s, var p) ->
          new ReferenceLayers.Pool(k, k, s, p).meanBackward(in, out, dy);
      case Layer.GlobalAvgPool() ->
          new ReferenceLayers.Pool(in.height(), in.width(), 1, 0).meanBackward(in, out, dy);
      case Layer.PadChannels(var before, _) -> narrowed(dy, in, before);
      case Layer.Flatten() -> dy;
      case Layer.Dropout _ -> dropped(node, dy);
      case Layer.Add() -> dy;
    };
  }

  private double[][] differentiate(
      Node node, Layer.Conv2d conv, double[][] x, double[][] dy, Map<String, double[]> gradients) {
    var in = network.shape(node.inputs().getFirst());
    var weight = of(dense, node.name() + ".weight");
    var back = ReferenceLayers.convolveBackward(conv, x, in, node.output(), weight, dy);
    gradients.put(node.name() + ".weight", back.weight());
    if (conv.bias()) {
      gradients.put(node.name() + ".bias", ReferenceLayers.channelSums(dy, node.output()));
    }
    return back.input();
  }

  private double loss(double[] scores, int label) {
    var value = 0.0;
    var target = target(scores.length, label);
    switch (loss) {
      case Loss.CrossEntropy _ -> {
        var sum = Math.log(Arrays.stream(scores).map(Math::exp).sum());
        for (var k = 0; k < scores.length; k++) {
          value -= target[k] * (scores[k] - sum);
        }
      }
      case Loss.MeanSquaredError() -> {
        for (var k = 0; k < scores.length; k++) {
          value += Math.pow(scores[k] - target[k], 2) / scores.length;
        }
      }
    }
    return value;
  }

  private double[] target(int classes, int label) {
    var smoothing = loss instanceof Loss.CrossEntropy(var amount) ? amount : 0;
    var target = new double[classes];
    Arrays.fill(target, smoothing / classes);
    target[label] += 1 - smoothing;
    return target;
  }

  private double[][] lossGradient(double[][] logits, Batch batch) {
    var gradient = new double[batch.size()][];
    for (var n = 0; n < batch.size(); n++) {
      var scores = logits[n];
      var target = target(scores.length, batch.labels()[n]);
      var sum = Arrays.stream(scores).map(Math::exp).sum();
      gradient[n] = new double[scores.length];
      for (var k = 0; k < scores.length; k++) {
        gradient[n][k] =
            switch (loss) {
              case Loss.CrossEntropy _ -> (Math.exp(scores[k]) / sum - target[k]) / batch.size();
              case Loss.MeanSquaredError() ->
                  2 * (scores[k] - target[k]) / scores.length / batch.size();
            };
      }
    }
    return gradient;
  }

  /** What a map holds under a name that is known to be there. */
  static <T> T of(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
