package org.espalier.engine.executor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Batch;

/**
 * A network in double precision by the definitions of its layers, sample-major and without any of
 * the engine's layouts: what executors are held against.
 */
final class ReferenceNetwork {
  private final Network network;
  private final Map<String, double[]> dense; // every tensor, [rows][columns]
  private final Loss loss;

  ReferenceNetwork(Network network, Map<String, double[]> dense, Loss loss) {
    this.network = network;
    this.dense = dense;
    this.loss = loss;
  }

  /** Logits, {@code [sample][class]}. */
  double[][] logits(Batch batch, boolean training) {
    var values = new HashMap<String, double[][]>();
    var input = new double[batch.size()][batch.sampleSize()];
    for (var n = 0; n < batch.size(); n++) {
      for (var i = 0; i < batch.sampleSize(); i++) {
        input[n][i] = batch.features()[n * batch.sampleSize() + i];
      }
    }
    values.put(Network.INPUT, input);
    for (var node : network.nodes()) {
      values.put(node.name(), compute(node, values, training));
    }
    return of(values, network.nodes().getLast().name());
  }

  double loss(Batch batch) {
    var logits = logits(batch, true);
    var total = 0.0;
    for (var n = 0; n < batch.size(); n++) {
      total += loss(logits[n], batch.labels()[n]);
    }
    return total / batch.size();
  }

  private double loss(double[] scores, int label) {
    var classes = scores.length;
    return switch (loss) {
      case Loss.CrossEntropy(var smoothing) -> {
        var sum = Math.log(Arrays.stream(scores).map(Math::exp).sum());
        var value = 0.0;
        for (var k = 0; k < classes; k++) {
          value -= (smoothing / classes + (k == label ? 1 - smoothing : 0)) * (scores[k] - sum);
        }
        yield value;
      }
      case Loss.MeanSquaredError() -> {
        var value = 0.0;
        for (var k = 0; k < classes; k++) {
          value += Math.pow(scores[k] - (k == label ? 1 : 0), 2) / classes;
        }
        yield value;
      }
    };
  }

  private double[][] compute(Node node, Map<String, double[][]> values, boolean training) {
    var x = of(values, node.inputs().getFirst());
    var in = network.shape(node.inputs().getFirst());
    var out = node.output();
    return switch (node.layer()) {
      case Layer.Linear(_, var bias) -> convolve(node, 1, 1, 0, 1, bias, x, in, out);
      case Layer.Conv2d c ->
          convolve(node, c.kernel(), c.stride(), c.padding(), c.groups(), c.bias(), x, in, out);
      case Layer.BatchNorm norm -> normalise(node, norm, x, in, training);
      case Layer.Relu() -> map(x, v -> Math.max(0, v));
      case Layer.MaxPool2d(var k, var s, var p) -> pool(k, k, s, p, true, x, in, out);
      case Layer.AvgPool2d(var k, var s, var p) -> pool(k, k, s, p, false, x, in, out);
      case Layer.GlobalAvgPool() -> pool(in.height(), in.width(), 1, 0, false, x, in, out);
      case Layer.Flatten() -> x;
      case Layer.Dropout _ -> x;
      case Layer.Add() -> {
        var sum = new double[x.length][out.size()];
        for (var name : node.inputs()) {
          for (var n = 0; n < x.length; n++) {
            for (var i = 0; i < sum[n].length; i++) {
              sum[n][i] += of(values, name)[n][i];
            }
          }
        }
        yield sum;
      }
    };
  }

  private double[][] convolve(
      Node node,
      int kernel,
      int stride,
      int padding,
      int groups,
      boolean bias,
      double[][] x,
      Shape in,
      Shape out) {
    var weight = of(dense, node.name() + ".weight");
    var perGroup = in.channels() / groups;
    var y = new double[x.length][out.size()];
    for (var n = 0; n < x.length; n++) {
      for (var oc = 0; oc < out.channels(); oc++) {
        var first = oc / (out.channels() / groups) * perGroup;
        for (var h = 0; h < out.height(); h++) {
          for (var w = 0; w < out.width(); w++) {
            var sum = bias ? of(dense, node.name() + ".bias")[oc] : 0;
            for (var ic = 0; ic < perGroup; ic++) {
              for (var tap = 0; tap < kernel * kernel; tap++) {
                var row = h * stride + tap / kernel - padding;
                var column = w * stride + tap % kernel - padding;
                if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
                  sum +=
                      weight[(oc * perGroup + ic) * kernel * kernel + tap]
                          * x[n][((first + ic) * in.height() + row) * in.width() + column];
                }
              }
            }
            y[n][(oc * out.height() + h) * out.width() + w] = sum;
          }
        }
      }
    }
    return y;
  }

  private double[][] normalise(
      Node node, Layer.BatchNorm norm, double[][] x, Shape in, boolean training) {
    var plane = in.height() * in.width();
    var y = new double[x.length][in.size()];
    for (var channel = 0; channel < in.channels(); channel++) {
      var mean = of(dense, node.name() + ".running_mean")[channel];
      var variance = of(dense, node.name() + ".running_var")[channel];
      if (training) {
        mean = 0;
        variance = 0;
        var count = x.length * plane;
        for (var sample : x) {
          for (var i = channel * plane; i < (channel + 1) * plane; i++) {
            mean += sample[i] / count;
          }
        }
        for (var sample : x) {
          for (var i = channel * plane; i < (channel + 1) * plane; i++) {
            variance += (sample[i] - mean) * (sample[i] - mean) / count;
          }
        }
      }
      var scale =
          of(dense, node.name() + ".weight")[channel] / Math.sqrt(variance + norm.epsilon());
      for (var n = 0; n < x.length; n++) {
        for (var i = channel * plane; i < (channel + 1) * plane; i++) {
          y[n][i] = (x[n][i] - mean) * scale + of(dense, node.name() + ".bias")[channel];
        }
      }
    }
    return y;
  }

  private static double[][] pool(
      int rows,
      int columns,
      int stride,
      int padding,
      boolean maximum,
      double[][] x,
      Shape in,
      Shape out) {
    var y = new double[x.length][out.size()];
    for (var n = 0; n < x.length; n++) {
      for (var i = 0; i < out.size(); i++) {
        var channel = i / (out.height() * out.width());
        var h = i / out.width() % out.height() * stride - padding;
        var w = i % out.width() * stride - padding;
        var best = Double.NEGATIVE_INFINITY;
        var sum = 0.0;
        for (var r = Math.max(0, h); r < Math.min(in.height(), h + rows); r++) {
          for (var c = Math.max(0, w); c < Math.min(in.width(), w + columns); c++) {
            var value = x[n][(channel * in.height() + r) * in.width() + c];
            best = Math.max(best, value);
            sum += value;
          }
        }
        y[n][i] = maximum ? best : sum / (rows * columns);
      }
    }
    return y;
  }

  private static double[][] map(double[][] x, DoubleUnaryOperator f) {
    return Arrays.stream(x)
        .map(row -> Arrays.stream(row).map(f).toArray())
        .toArray(double[][]::new);
  }

  /** What a map holds under a name that is known to be there. */
  static <T> T of(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
