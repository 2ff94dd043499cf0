package org.espalier.engine.executor;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Shape;

/**
 * Layers and their derivatives by their definitions, in double precision; activations are {@code
 * [sample][channel · height · width]}.
 */
final class ReferenceLayers {
  private ReferenceLayers() {}

  /** Gradients of a product's input and of its weight. */
  record ProductGradients(double[][] input, double[] weight) {}

  /** Gradients of a normalisation's input and of its scale. */
  record NormGradients(double[][] input, double[] scale) {}

  /** Receives one product of a convolution: {@code output += weight · input}. */
  private interface Tap {
    void visit(int output, int weight, int input);
  }

  /** Receives one pixel of a window. */
  private interface Pixel {
    void visit(int output, int input);
  }

  /** A linear layer is a convolution of images of one pixel. */
  static Layer.Conv2d asConvolution(Layer.Linear linear) {
    return new Layer.Conv2d(linear.outputs(), 1, 1, 0, 1, linear.bias());
  }

  static double[][] convolve(
      Layer.Conv2d conv, double[][] x, Shape in, Shape out, double[] weight) {
    var y = new double[x.length][out.size()];
    forEachTap(
        conv,
        in,
        out,
        (output, w, input) -> {
          for (var n = 0; n < x.length; n++) {
            y[n][output] += weight[w] * x[n][input];
          }
        });
    return y;
  }

  static ProductGradients convolveBackward(
      Layer.Conv2d conv, double[][] x, Shape in, Shape out, double[] weight, double[][] dy) {
    var dx = new double[x.length][in.size()];
    var dw = new double[weight.length];
    forEachTap(
        conv,
        in,
        out,
        (output, w, input) -> {
          for (var n = 0; n < x.length; n++) {
            dx[n][input] += weight[w] * dy[n][output];
            dw[w] += dy[n][output] * x[n][input];
          }
        });
    return new ProductGradients(dx, dw);
  }

  private static void forEachTap(Layer.Conv2d conv, Shape in, Shape out, Tap tap) {
    var kernel = conv.kernel();
    var perGroup = in.channels() / conv.groups();
    var window = new Pool(kernel, kernel, conv.stride(), conv.padding());
    for (var oc = 0; oc < out.channels(); oc++) {
      var first = oc / (out.channels() / conv.groups()) * perGroup;
      for (var h = 0; h < out.height(); h++) {
        for (var w = 0; w < out.width(); w++) {
          var output = (oc * out.height() + h) * out.width() + w;
          for (var ic = 0; ic < perGroup; ic++) {
            for (var t = 0; t < kernel * kernel; t++) {
              var input = window.input(in, first + ic, h, w, t);
              if (input >= 0) {
                tap.visit(output, (oc * perGroup + ic) * kernel * kernel + t, input);
              }
            }
          }
        }
      }
    }
  }

  /** Adds to each channel its bias. */
  static double[][] shift(double[][] x, Shape shape, double[] bias) {
    var plane = shape.height() * shape.width();
    var y = new double[x.length][shape.size()];
    for (var n = 0; n < x.length; n++) {
      for (var i = 0; i < shape.size(); i++) {
        y[n][i] = x[n][i] + bias[i / plane];
      }
    }
    return y;
  }

  /** Sums over samples and pixels, by channel: the gradient of a bias. */
  static double[] channelSums(double[][] x, Shape shape) {
    var plane = shape.height() * shape.width();
    var sums = new double[shape.channels()];
    for (var sample : x) {
      for (var i = 0; i < shape.size(); i++) {
        sums[i / plane] += sample[i];
      }
    }
    return sums;
  }

  /**
   * Mean and variance of each channel.
   *
   * @param count values per channel they were taken from
   */
  record Moments(double[] mean, double[] variance, int count) {

    double[] unbiasedVariance() {
      return count > 1
          ? Arrays.stream(variance).map(v -> v * count / (count - 1)).toArray()
          : variance;
    }
  }

  static Moments moments(double[][] x, Shape shape) {
    var plane = shape.height() * shape.width();
    var count = x.length * plane;
    var mean = Arrays.stream(channelSums(x, shape)).map(sum -> sum / count).toArray();
    var variance = new double[shape.channels()];
    for (var sample : x) {
      for (var i = 0; i < shape.size(); i++) {
        variance[i / plane] += Math.pow(sample[i] - mean[i / plane], 2) / count;
      }
    }
    return new Moments(mean, variance, count);
  }

  static double[][] normalise(
      double[][] x, Shape shape, Moments moments, double epsilon, double[] scale, double[] bias) {
    var plane = shape.height() * shape.width();
    var y = new double[x.length][shape.size()];
    for (var n = 0; n < x.length; n++) {
      for (var i = 0; i < shape.size(); i++) {
        var c = i / plane;
        var deviation = Math.sqrt(moments.variance[c] + epsilon);
        y[n][i] = scale[c] * (x[n][i] - moments.mean[c]) / deviation + bias[c];
      }
    }
    return y;
  }

  /** With batch statistics, through which the gradient goes as well. */
  static NormGradients normaliseBackward(
      double[][] x, Shape shape, double epsilon, double[] scale, double[][] dy) {
    var channels = shape.channels();
    var ones = new double[channels];
    Arrays.fill(ones, 1);
    var moments = moments(x, shape);
    var normal = normalise(x, shape, moments, epsilon, ones, new double[channels]);
    var product = new double[x.length][shape.size()];
    for (var n = 0; n < x.length; n++) {
      for (var i = 0; i < shape.size(); i++) {
        product[n][i] = dy[n][i] * normal[n][i];
      }
    }
    var shiftGradient = channelSums(dy, shape);
    var scaleGradient = channelSums(product, shape);
    var dx = new double[x.length][shape.size()];
    for (var n = 0; n < x.length; n++) {
      for (var i = 0; i < shape.size(); i++) {
        var c = i / (shape.height() * shape.width());
        var centred =
            dy[n][i]
                - shiftGradient[c] / moments.count
                - normal[n][i] * scaleGradient[c] / moments.count;
        dx[n][i] = scale[c] * centred / Math.sqrt(moments.variance[c] + epsilon);
      }
    }
    return new NormGradients(dx, scaleGradient);
  }

  /** Windows of a convolution or a pooling. */
  record Pool(int rows, int columns, int stride, int padding) {

    /** Pixel {@code t} of the window of output (h, w), negative where it is padding. */
    int input(Shape in, int channel, int h, int w, int t) {
      var row = h * stride + t / columns - padding;
      var column = w * stride + t % columns - padding;
      return row >= 0 && row < in.height() && column >= 0 && column < in.width()
          ? (channel * in.height() + row) * in.width() + column
          : -1;
    }

    private void forEachPixel(Shape in, Shape out, Pixel pixel) {
      for (var output = 0; output < out.size(); output++) {
        var channel = output / (out.height() * out.width());
        var h = output / out.width() % out.height();
        for (var t = 0; t < rows * columns; t++) {
          var input = input(in, channel, h, output % out.width(), t);
          if (input >= 0) {
            pixel.visit(output, input);
          }
        }
      }
    }

    /** Of each window its first largest pixel, {@code [output]}. */
    private int[] largest(double[] sample, Shape in, Shape out) {
      var best = new int[out.size()];
      Arrays.fill(best, -1);
      forEachPixel(
          in,
          out,
          (output, input) -> {
            if (best[output] < 0 || sample[input] > sample[best[output]]) {
              best[output] = input;
            }
          });
      return best;
    }

    double[][] maximum(double[][] x, Shape in, Shape out) {
      return Arrays.stream(x)
          .map(
              sample ->
                  Arrays.stream(largest(sample, in, out)).mapToDouble(i -> sample[i]).toArray())
          .toArray(double[][]::new);
    }

    double[][] maximumBackward(double[][] x, Shape in, Shape out, double[][] dy) {
      var dx = new double[x.length][in.size()];
      for (var n = 0; n < x.length; n++) {
        var best = largest(x[n], in, out);
        for (var output = 0; output < best.length; output++) {
          dx[n][best[output]] += dy[n][output];
        }
      }
      return dx;
    }

    double[][] mean(double[][] x, Shape in, Shape out) {
      var y = new double[x.length][out.size()];
      forEachPixel(
          in,
          out,
          (output, input) -> {
            for (var n = 0; n < x.length; n++) {
              y[n][output] += x[n][input] / (rows * columns);
            }
          });
      return y;
    }

    double[][] meanBackward(Shape in, Shape out, double[][] dy) {
      var dx = new double[dy.length][in.size()];
      forEachPixel(
          in,
          out,
          (output, input) -> {
            for (var n = 0; n < dy.length; n++) {
              dx[n][input] += dy[n][output] / (rows * columns);
            }
          });
      return dx;
    }
  }

  static double[][] map(double[][] x, DoubleUnaryOperator f) {
    return Arrays.stream(x)
        .map(row -> Arrays.stream(row).map(f).toArray())
        .toArray(double[][]::new);
  }

  /** {@code dy} where x is positive. */
  static double[][] where(double[][] x, double[][] dy) {
    var dx = new double[x.length][];
    for (var n = 0; n < x.length; n++) {
      dx[n] = new double[x[n].length];
      for (var i = 0; i < x[n].length; i++) {
        dx[n][i] = x[n][i] > 0 ? dy[n][i] : 0;
      }
    }
    return dx;
  }

  static double[][] sum(double[][] a, double[][] b) {
    return combine(a, b, Double::sum);
  }

  /** Value by value. */
  static double[][] product(double[][] a, double[][] b) {
    return combine(a, b, (x, y) -> x * y);
  }

  private static double[][] combine(double[][] a, double[][] b, DoubleBinaryOperator f) {
    var result = new double[a.length][];
    for (var n = 0; n < a.length; n++) {
      result[n] = new double[a[n].length];
      for (var i = 0; i < a[n].length; i++) {
        result[n][i] = f.applyAsDouble(a[n][i], b[n][i]);
      }
    }
    return result;
  }
}
