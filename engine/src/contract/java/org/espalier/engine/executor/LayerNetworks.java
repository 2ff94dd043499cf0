package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;

/**
 * Every layer by itself at odd sizes: between a product, whose gradient depends on the gradient of
 * the layer's input, and a product that reads all it computes.
 */
final class LayerNetworks {
  private static final Shape IMAGE = new Shape(6, 7, 10);

  private LayerNetworks() {}

  static List<Network> all() {
    var networks = new ArrayList<Network>();
    convolutions().forEach(conv -> networks.add(on(IMAGE, conv)));
    poolings().forEach(pool -> networks.add(on(IMAGE, pool)));
    networks.add(on(IMAGE, new Layer.BatchNorm(0.1, 1e-5)));
    networks.add(on(IMAGE, new Layer.BatchNorm(0.7, 1e-2)));
    networks.add(on(IMAGE, new Layer.Relu()));
    networks.add(on(IMAGE, new Layer.GlobalAvgPool()));
    networks.add(on(IMAGE, new Layer.Flatten()));
    networks.add(normalised(new Layer.Flatten()));
    networks.add(normalised(new Layer.GlobalAvgPool()));
    networks.add(on(IMAGE, new Layer.Dropout(0)));
    networks.add(on(IMAGE, new Layer.PadChannels(2, 1)));
    networks.add(on(IMAGE, new Layer.PadChannels(0, 3)));
    networks.add(sum());
    networks.add(shortcut());
    networks.add(onFeatures(new Layer.PadChannels(3, 2)));
    networks.add(onFeatures(new Layer.Conv2d(7, 1, 2, 0, 1, false)));
    networks.add(onFeatures(new Layer.Conv2d(4, 1, 3, 1, 1, true)));
    networks.add(onFeatures(new Layer.MaxPool2d(3, 1, 1)));
    networks.add(onFeatures(new Layer.AvgPool2d(3, 1, 1)));
    networks.add(onFeatures(new Layer.Linear(17, true)));
    networks.add(onFeatures(new Layer.Linear(5, false)));
    networks.add(onFeatures(new Layer.BatchNorm(0.1, 1e-5)));
    networks.add(onFeatures(new Layer.Relu()));
    networks.add(onFeatures(new Layer.Dropout(0)));
    return networks;
  }

  private static List<Layer.Conv2d> convolutions() {
    return List.of(
        new Layer.Conv2d(7, 1, 1, 0, 1, true),
        new Layer.Conv2d(7, 1, 2, 0, 1, false),
        new Layer.Conv2d(4, 1, 3, 1, 1, false),
        new Layer.Conv2d(5, 2, 1, 0, 1, true),
        new Layer.Conv2d(4, 2, 2, 1, 1, false),
        new Layer.Conv2d(9, 3, 1, 1, 1, false),
        new Layer.Conv2d(3, 3, 1, 0, 1, true),
        new Layer.Conv2d(5, 3, 1, 2, 1, false),
        new Layer.Conv2d(5, 3, 2, 1, 1, true),
        new Layer.Conv2d(5, 3, 3, 2, 1, false),
        new Layer.Conv2d(4, 4, 3, 1, 1, false),
        new Layer.Conv2d(3, 5, 1, 2, 1, true),
        new Layer.Conv2d(3, 5, 2, 2, 1, false),
        new Layer.Conv2d(2, 7, 1, 3, 1, false),
        new Layer.Conv2d(6, 1, 1, 0, 2, false),
        new Layer.Conv2d(4, 3, 1, 1, 2, true),
        new Layer.Conv2d(9, 3, 2, 1, 3, false),
        new Layer.Conv2d(6, 3, 1, 1, 6, false),
        new Layer.Conv2d(12, 3, 2, 1, 6, true),
        new Layer.Conv2d(6, 5, 3, 2, 6, false));
  }

  private static List<Layer> poolings() {
    return List.of(
        new Layer.MaxPool2d(2, 2, 0),
        new Layer.MaxPool2d(3, 1, 1),
        new Layer.MaxPool2d(3, 2, 0),
        new Layer.MaxPool2d(2, 3, 1),
        new Layer.AvgPool2d(2, 2, 0),
        new Layer.AvgPool2d(3, 1, 1),
        new Layer.AvgPool2d(3, 2, 0),
        new Layer.AvgPool2d(4, 3, 2));
  }

  private static Network on(Shape input, Layer layer) {
    return NetworkBuilder.of(layer.toString(), input)
        .node("before", new Layer.Conv2d(6, 1, 1, 0, 1, true))
        .node("layer", layer)
        .flatten("flatten")
        .linear("after", 3)
        .build();
  }

  /** From images to features whose statistics are taken as they come. */
  private static Network normalised(Layer layer) {
    return NetworkBuilder.of(layer + ", normalised", IMAGE)
        .node("before", new Layer.Conv2d(6, 1, 1, 0, 1, true))
        .node("layer", layer)
        .batchNorm("bn")
        .linear("after", 3)
        .build();
  }

  private static Network onFeatures(Layer layer) {
    return NetworkBuilder.of(layer + " on features", Shape.features(11))
        .linear("before", 13)
        .node("layer", layer)
        .linear("after", 3)
        .build();
  }

  /** Of three, one of them twice read. */
  private static Network sum() {
    return NetworkBuilder.of("Add[]", IMAGE)
        .node("before", new Layer.Conv2d(5, 1, 1, 0, 1, true))
        .node("left", new Layer.Conv2d(5, 3, 1, 1, 1, false), "before")
        .node("right", new Layer.Conv2d(5, 1, 1, 0, 1, false), "before")
        .add("layer", "left", "before", "right")
        .flatten("flatten")
        .linear("after", 3)
        .build();
  }

  /** Without weights: subsampled and padded, what it reads is read by a convolution too. */
  private static Network shortcut() {
    return NetworkBuilder.of("option A", IMAGE)
        .node("before", new Layer.Conv2d(4, 1, 1, 0, 1, true))
        .node("conv", new Layer.Conv2d(8, 3, 2, 1, 1, false))
        .batchNorm("bn")
        .node("subsample", new Layer.AvgPool2d(1, 2, 0), "before")
        .node("pad", new Layer.PadChannels(2, 2))
        .add("add", "bn", "pad")
        .relu("relu")
        .flatten("flatten")
        .linear("after", 3)
        .build();
  }

  /**
   * Dropout "drop" of features and of images, by itself and of what others read too: behind these
   * it adds to a gradient that is written already. The values that it passes on are as many as the
   * logits, in their order.
   */
  static List<Network> dropouts(double rate) {
    var linear = new Layer.Linear(13, true);
    var conv = new Layer.Conv2d(4, 3, 1, 1, 1, true);
    var networks = new ArrayList<Network>();
    for (var beside : List.of("nothing", "a product", "a shortcut")) {
      networks.add(dropout(rate, Shape.features(11), linear, beside));
      networks.add(dropout(rate, new Shape(3, 4, 5), conv, beside));
    }
    return networks;
  }

  private static Network dropout(double rate, Shape input, Layer product, String beside) {
    var network =
        NetworkBuilder.of("dropout of " + input + " beside " + beside, input)
            .node("before", product)
            .dropout("drop", rate);
    switch (beside) {
      case "a product" -> network.node("side", product, "before").add("sum", "drop", "side");
      case "a shortcut" -> network.add("sum", "drop", "before");
      default -> {}
    }
    return network.flatten("flatten").linear("after", network.shape().size()).build();
  }
}
