package org.espalier.engine.network;

import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/** Architectures that are one chain of layers. */
final class PlainModels {
  private static final Pattern WIDTHS = Pattern.compile("[1-9]\\d{0,8}(x[1-9]\\d{0,8})*");

  private PlainModels() {}

  static Network lenet300(ModelName name, Shape input, int classes) {
    return dense(name.plain(), input, classes, 300, 100);
  }

  static Network mlp(ModelName name, Shape input, int classes) {
    if (!WIDTHS.matcher(name.detail()).matches()) {
      throw new EspalierException(
          "hidden widths '" + name.detail() + "', expected such as mlp:300x100");
    }
    var widths = name.detail().split("x", -1);
    var units = new int[widths.length];
    for (var layer = 0; layer < units.length; layer++) {
      units[layer] = Integer.parseInt(widths[layer]);
    }
    return dense(name, input, classes, units);
  }

  private static Network dense(ModelName name, Shape input, int classes, int... hidden) {
    var net = NetworkBuilder.of(name.text(), input);
    return classifier(net, classes, hidden).build();
  }

  /** Flattens if there is something to flatten, then fc1, relu … and the logits. */
  private static NetworkBuilder classifier(NetworkBuilder net, int classes, int... hidden) {
    if (!net.shape().flat()) {
      net.flatten("flatten");
    }
    var layer = 1;
    for (var units : hidden) {
      net.linear("fc" + layer, units).relu("fc" + layer + ".relu");
      layer++;
    }
    return net.linear("fc" + layer, classes);
  }

  /** The classic channels; Caffe's LeNet has 20-50-500 instead. */
  static Network lenet5(ModelName name, Shape input, int classes) {
    var net = NetworkBuilder.of(name.plain().text(), image(input));
    net.node("conv1", new Layer.Conv2d(6, 5, 1, 0, 1, true)).relu("relu1").maxPool("pool1", 2);
    net.node("conv2", new Layer.Conv2d(16, 5, 1, 0, 1, true)).relu("relu2").maxPool("pool2", 2);
    return classifier(net, classes, 120, 84).build();
  }

  static Network conv(ModelName name, Shape input, int classes) {
    var net = NetworkBuilder.of(name.plain().text(), image(input));
    for (var conv = 1; conv <= name.number(0); conv++) {
      var channels = 64 << ((conv - 1) / 2);
      net.node("conv" + conv, new Layer.Conv2d(channels, 3, 1, 1, 1, true)).relu("relu" + conv);
      if (conv % 2 == 0) {
        net.maxPool("pool" + conv / 2, 2);
      }
    }
    return classifier(net, classes, 256, 256).build();
  }

  /**
   * Five stages that end in a pool. On images under 32×32 the pools that find a 1×1 map are left
   * out; on larger ones the last map is averaged, so that the classifier always has 512 inputs.
   */
  static Network vgg(ModelName name, Shape input, int classes) {
    var net = NetworkBuilder.of(name.plain().text(), image(input));
    var deep = name.number(0) == 19 ? 4 : 3;
    var convolutions = new int[] {2, 2, deep, deep, deep};
    for (var stage = 1; stage <= convolutions.length; stage++) {
      var channels = Math.min(32 << stage, 512);
      for (var conv = 1; conv <= convolutions[stage - 1]; conv++) {
        var block = "stage" + stage + ".conv" + conv;
        net.conv(block, channels, 3, 1).batchNorm(block + ".bn").relu(block + ".relu");
      }
      if (Math.min(net.shape().height(), net.shape().width()) >= 2) {
        net.maxPool("pool" + stage, 2);
      }
    }
    if (!net.shape().flat()) {
      net.globalAvgPool("pool");
    }
    return net.linear("fc", classes).build();
  }

  /** Refuses plain features, of which a convolution can make nothing. */
  static Shape image(Shape input) {
    if (input.flat()) {
      throw new EspalierException(
          "input of " + input + " plain features, expected images such as 3×32×32");
    }
    return input;
  }
}
