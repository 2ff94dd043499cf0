package org.espalier.engine.network;

import java.util.List;
import org.espalier.engine.EspalierException;

/** Residual networks for small images: three stages, each after the first halves the extent. */
final class ResidualModels {
  private static final int STAGES = 3;

  private ResidualModels() {}

  /** What the shortcut does where the shape changes. */
  private enum Shortcut {
    /** A 1×1 convolution with batch normalisation: option B of the paper. */
    PROJECTION,
    /**
     * Every second pixel, with channels of zeros equally on both sides: option A of the paper, that
     * of its CIFAR experiments; it has no weights.
     */
    PAD
  }

  /** Post-activation blocks. */
  static Network resnet(ModelName text, Shape input, int classes) {
    var name = text.allowing("width", "shortcut");
    var blocks = blocks(name.number(0), 2, "20, 32, 44, 56 or 110");
    var width = name.option("width", 16, 1, 4096);
    var net = NetworkBuilder.of(name.text(), PlainModels.image(input));
    var shortcut =
        name.choice("shortcut", List.of("projection", "pad")).equals("pad")
            ? Shortcut.PAD
            : Shortcut.PROJECTION;
    net.conv("conv1", width, 3, 1).batchNorm("bn1").relu("relu1");
    for (var stage = 1; stage <= STAGES; stage++) {
      for (var block = 1; block <= blocks; block++) {
        var channels = width << (stage - 1);
        basicBlock(net, prefix(stage, block), channels, stride(stage, block), shortcut);
      }
    }
    return net.globalAvgPool("pool").linear("fc", classes).build();
  }

  private static void basicBlock(
      NetworkBuilder net, String block, int channels, int stride, Shortcut kind) {
    var in = net.last();
    var changed = net.shape().channels() != channels || stride > 1;
    net.conv(block + "conv1", channels, 3, stride).batchNorm(block + "bn1").relu(block + "relu1");
    net.conv(block + "conv2", channels, 3, 1).batchNorm(block + "bn2");
    var shortcut = in;
    if (changed) {
      switch (kind) {
        case PROJECTION ->
            net.conv(block + "shortcut.conv", channels, 1, stride, in)
                .batchNorm(block + "shortcut.bn");
        case PAD -> padded(net, block, channels, stride, in);
      }
      shortcut = net.last();
    }
    net.add(block + "add", block + "bn2", shortcut).relu(block + "relu2");
  }

  /** Windows of one pixel take every {@code stride}-th of them. */
  private static void padded(
      NetworkBuilder net, String block, int channels, int stride, String in) {
    var more = channels - net.shape(in).channels();
    net.node(block + "shortcut.subsample", new Layer.AvgPool2d(1, stride, 0), in);
    net.node(block + "shortcut.pad", new Layer.PadChannels(more / 2, more - more / 2));
  }

  /**
   * Pre-activation blocks; where the shape changes the first activation feeds the shortcut too, a
   * 1×1 convolution. Dropout, if any, sits between the two convolutions.
   */
  static Network wideResnet(ModelName text, Shape input, int classes) {
    var name = text.allowing("dropout");
    var blocks = blocks(name.number(0), 4, "16, 22, 28 or 40");
    var factor = name.number(1);
    if (factor < 1) {
      throw new EspalierException("width factor " + factor + ", expected at least 1");
    }
    var dropout = name.fraction("dropout", 0);
    var net = NetworkBuilder.of(name.text(), PlainModels.image(input)).conv("conv1", 16, 3, 1);
    for (var stage = 1; stage <= STAGES; stage++) {
      var channels = (16 * factor) << (stage - 1);
      for (var block = 1; block <= blocks; block++) {
        wideBlock(net, prefix(stage, block), channels, stride(stage, block), dropout);
      }
    }
    net.batchNorm("bn").relu("relu");
    return net.globalAvgPool("pool").linear("fc", classes).build();
  }

  private static void wideBlock(
      NetworkBuilder net, String block, int channels, int stride, double dropout) {
    var in = net.last();
    var projected = net.shape().channels() != channels || stride > 1;
    net.batchNorm(block + "bn1").relu(block + "relu1");
    net.conv(block + "conv1", channels, 3, stride).batchNorm(block + "bn2").relu(block + "relu2");
    if (dropout > 0) {
      net.dropout(block + "dropout", dropout);
    }
    net.conv(block + "conv2", channels, 3, 1);
    var shortcut = in;
    if (projected) {
      net.conv(block + "shortcut.conv", channels, 1, stride, block + "relu1");
      shortcut = net.last();
    }
    net.add(block + "add", block + "conv2", shortcut);
  }

  private static int blocks(int depth, int outside, String usual) {
    if (depth < outside + 6 || (depth - outside) % 6 != 0) {
      throw new EspalierException(
          "depth " + depth + ", expected 6n+" + outside + " such as " + usual);
    }
    return (depth - outside) / 6;
  }

  private static String prefix(int stage, int block) {
    return "stage" + stage + ".block" + block + ".";
  }

  private static int stride(int stage, int block) {
    return stage > 1 && block == 1 ? 2 : 1;
  }
}
