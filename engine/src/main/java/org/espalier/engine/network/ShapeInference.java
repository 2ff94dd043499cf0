package org.espalier.engine.network;

import java.util.List;
import org.espalier.engine.EspalierException;

/**
 * What a layer makes of the shapes of its inputs; refuses inputs and attributes that do not fit.
 */
final class ShapeInference {
  private final String node;
  private final Layer layer;
  private final List<Shape> inputs;

  private ShapeInference(String node, Layer layer, List<Shape> inputs) {
    this.node = node;
    this.layer = layer;
    this.inputs = inputs;
  }

  /**
   * The shape that the node of that name computes.
   *
   * @throws EspalierException naming the node, what it got and what its layer expects
   */
  static Shape output(String node, Layer layer, List<Shape> inputs) {
    return new ShapeInference(node, layer, inputs).output();
  }

  private Shape output() {
    return switch (layer) {
      case Layer.Linear linear -> linear(linear, single());
      case Layer.Conv2d conv -> convolution(conv, single());
      case Layer.BatchNorm norm -> normalised(norm, single());
      case Layer.Relu _ -> single();
      case Layer.MaxPool2d(var kernel, var stride, var padding) ->
          pooled(kernel, stride, padding, single());
      case Layer.AvgPool2d(var kernel, var stride, var padding) ->
          pooled(kernel, stride, padding, single());
      case Layer.GlobalAvgPool _ -> Shape.features(single().channels());
      case Layer.Add _ -> sum();
      case Layer.PadChannels(var before, var after) -> widened(before, after, single());
      case Layer.Flatten _ -> Shape.features(single().size());
      case Layer.Dropout(var rate) -> {
        require(rate >= 0 && rate < 1, "rate " + rate, "0 ≤ rate < 1");
        yield single();
      }
    };
  }

  private Shape linear(Layer.Linear linear, Shape in) {
    atLeast("outputs", linear.outputs(), 1);
    require(in.flat(), "input " + in, "plain features; put a flatten before it");
    return Shape.features(linear.outputs());
  }

  private Shape convolution(Layer.Conv2d conv, Shape in) {
    atLeast("channels", conv.channels(), 1);
    atLeast("groups", conv.groups(), 1);
    atLeast("padding", conv.padding(), 0);
    require(
        in.channels() % conv.groups() == 0 && conv.channels() % conv.groups() == 0,
        conv.groups() + " groups from " + in + " to " + conv.channels() + " channels",
        "a divisor of both channel counts");
    var out = window(conv.kernel(), conv.stride(), conv.padding(), conv.channels(), in);
    var columns = (double) in.channels() / conv.groups() * conv.kernel() * conv.kernel();
    require(columns <= Integer.MAX_VALUE, columns + " weights per output", "fewer than 2³¹");
    return out;
  }

  private static boolean positive(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }

  private Shape normalised(Layer.BatchNorm norm, Shape in) {
    require(
        norm.momentum() > 0 && norm.momentum() <= 1,
        "momentum " + norm.momentum(),
        "0 < momentum ≤ 1");
    require(positive(norm.epsilon()), "epsilon " + norm.epsilon(), "a positive number");
    return in;
  }

  private Shape pooled(int kernel, int stride, int padding, Shape in) {
    require(
        padding >= 0 && padding <= kernel / 2,
        "padding " + padding,
        "0 to half the window, " + kernel / 2 + ", so that no window is all padding");
    return window(kernel, stride, padding, in.channels(), in);
  }

  /** ⌊(extent + 2·padding − kernel)/stride⌋ + 1 in both directions. */
  private Shape window(int kernel, int stride, int padding, int channels, Shape in) {
    atLeast("kernel", kernel, 1);
    atLeast("stride", stride, 1);
    var height = in.height() + 2L * padding - kernel;
    var width = in.width() + 2L * padding - kernel;
    require(
        height >= 0 && width >= 0,
        "input " + in + (padding > 0 ? " with padding " + padding : ""),
        "at least the " + kernel + "×" + kernel + " window");
    height = height / stride + 1;
    width = width / stride + 1;
    require(
        (double) channels * height * width <= Integer.MAX_VALUE,
        "output " + channels + "×" + height + "×" + width,
        "fewer than 2³¹ values");
    return new Shape(channels, (int) height, (int) width);
  }

  private Shape widened(int before, int after, Shape in) {
    atLeast("before", before, 0);
    atLeast("after", after, 0);
    var channels = (double) in.channels() + before + after;
    require(
        channels * in.height() * in.width() <= Integer.MAX_VALUE,
        "output of " + channels + " channels",
        "fewer than 2³¹ values");
    return new Shape((int) channels, in.height(), in.width());
  }

  private Shape sum() {
    require(inputs.size() >= 2, inputs.size() + " inputs", "two or more");
    var shapes = inputs.stream().distinct().toList();
    require(shapes.size() == 1, "inputs " + shapes, "inputs of one shape");
    return inputs.getFirst();
  }

  private Shape single() {
    require(inputs.size() == 1, inputs.size() + " inputs", "exactly one");
    return inputs.getFirst();
  }

  private void atLeast(String attribute, int value, int least) {
    require(value >= least, attribute + " " + value, "at least " + least);
  }

  private void require(boolean condition, String got, String expected) {
    if (!condition) {
      throw new EspalierException(
          "node " + node + " (" + LayerText.kind(layer) + "): " + got + ", expected " + expected);
    }
  }
}
