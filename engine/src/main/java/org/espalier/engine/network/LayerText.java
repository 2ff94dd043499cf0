package org.espalier.engine.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.EspalierException;

/** Layers as words, {@code conv2d channels=6 kernel=5 …}; the words are part of file formats. */
final class LayerText {
  private LayerText() {}

  /** The word for what a layer computes. */
  static String kind(Layer layer) {
    return switch (layer) {
      case Layer.Linear _ -> "linear";
      case Layer.Conv2d _ -> "conv2d";
      case Layer.BatchNorm _ -> "batchnorm";
      case Layer.Relu _ -> "relu";
      case Layer.MaxPool2d _ -> "maxpool2d";
      case Layer.AvgPool2d _ -> "avgpool2d";
      case Layer.GlobalAvgPool _ -> "globalavgpool";
      case Layer.Add _ -> "add";
      case Layer.PadChannels _ -> "padchannels";
      case Layer.Flatten _ -> "flatten";
      case Layer.Dropout _ -> "dropout";
    };
  }

  /** The kind and all attributes. */
  static String write(Layer layer) {
    var attributes =
        switch (layer) {
          case Layer.Linear(var outputs, var bias) -> " outputs=" + outputs + " bias=" + bias;
          case Layer.Conv2d(
                  var channels,
                  var kernel,
                  var stride,
                  var padding,
                  var groups,
                  var bias) ->
              " channels="
                  + channels
                  + window(kernel, stride, padding)
                  + " groups="
                  + groups
                  + " bias="
                  + bias;
          case Layer.BatchNorm(var momentum, var epsilon) ->
              " momentum=" + momentum + " epsilon=" + epsilon;
          case Layer.MaxPool2d(var kernel, var stride, var padding) ->
              window(kernel, stride, padding);
          case Layer.AvgPool2d(var kernel, var stride, var padding) ->
              window(kernel, stride, padding);
          case Layer.PadChannels(var before, var after) -> " before=" + before + " after=" + after;
          case Layer.Dropout(var rate) -> " rate=" + rate;
          case Layer.Relu _, Layer.GlobalAvgPool _, Layer.Add _, Layer.Flatten _ -> "";
        };
    return kind(layer) + attributes;
  }

  private static String window(int kernel, int stride, int padding) {
    return " kernel=" + kernel + " stride=" + stride + " padding=" + padding;
  }

  /** What a reader of a table wants to know of a layer, {@code conv2d 3×3 /2}. */
  static String describe(Layer layer) {
    return kind(layer)
        + switch (layer) {
          case Layer.Conv2d conv ->
              window(conv.kernel(), conv.stride())
                  + (conv.groups() > 1 ? " in " + conv.groups() + " groups" : "");
          case Layer.MaxPool2d(var kernel, var stride, _) -> window(kernel, stride);
          case Layer.AvgPool2d(var kernel, var stride, _) -> window(kernel, stride);
          case Layer.Linear _,
              Layer.BatchNorm _,
              Layer.Relu _,
              Layer.GlobalAvgPool _,
              Layer.Add _,
              Layer.PadChannels _,
              Layer.Flatten _,
              Layer.Dropout _ ->
              "";
        };
  }

  private static String window(int kernel, int stride) {
    return " " + kernel + "×" + kernel + (stride > 1 ? " /" + stride : "");
  }

  /**
   * The layer that {@link #write} wrote.
   *
   * @throws EspalierException for an unknown kind and for missing, unknown or malformed attributes
   */
  static Layer parse(String text) {
    var words = text.split(" ", -1);
    var attributes = new Attributes(words);
    Layer layer =
        switch (words[0]) {
          case "linear" -> new Layer.Linear(attributes.integer("outputs"), attributes.flag("bias"));
          case "conv2d" ->
              new Layer.Conv2d(
                  attributes.integer("channels"),
                  attributes.integer("kernel"),
                  attributes.integer("stride"),
                  attributes.integer("padding"),
                  attributes.integer("groups"),
                  attributes.flag("bias"));
          case "batchnorm" ->
              new Layer.BatchNorm(attributes.real("momentum"), attributes.real("epsilon"));
          case "relu" -> new Layer.Relu();
          case "maxpool2d" ->
              new Layer.MaxPool2d(
                  attributes.integer("kernel"),
                  attributes.integer("stride"),
                  attributes.integer("padding"));
          case "avgpool2d" ->
              new Layer.AvgPool2d(
                  attributes.integer("kernel"),
                  attributes.integer("stride"),
                  attributes.integer("padding"));
          case "globalavgpool" -> new Layer.GlobalAvgPool();
          case "add" -> new Layer.Add();
          case "padchannels" ->
              new Layer.PadChannels(attributes.integer("before"), attributes.integer("after"));
          case "flatten" -> new Layer.Flatten();
          case "dropout" -> new Layer.Dropout(attributes.real("rate"));
          default -> throw new EspalierException("unknown layer '" + words[0] + "'");
        };
    attributes.close();
    return layer;
  }

  /** The {@code name=value} words after the kind, each to be read exactly once. */
  private static final class Attributes {
    private final String kind;
    private final Map<String, String> values = new LinkedHashMap<>();

    Attributes(String[] words) {
      kind = words[0];
      for (var w = 1; w < words.length; w++) {
        var equals = words[w].indexOf('=');
        if (equals < 1
            || values.put(words[w].substring(0, equals), words[w].substring(equals + 1)) != null) {
          throw new EspalierException(
              kind + ": '" + words[w] + "', expected name=value, each name once");
        }
      }
    }

    int integer(String name) {
      var value = take(name);
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException _) {
        throw malformed(name, value, "a whole number");
      }
    }

    double real(String name) {
      var value = take(name);
      try {
        return Double.parseDouble(value);
      } catch (NumberFormatException _) {
        throw malformed(name, value, "a number");
      }
    }

    boolean flag(String name) {
      var value = take(name);
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default -> throw malformed(name, value, "true or false");
      };
    }

    void close() {
      if (!values.isEmpty()) {
        throw new EspalierException(kind + ": unknown attributes " + values.keySet());
      }
    }

    private String take(String name) {
      var value = values.remove(name);
      if (value == null) {
        throw new EspalierException(kind + ": attribute " + name + " is missing");
      }
      return value;
    }

    private EspalierException malformed(String name, String value, String expected) {
      return new EspalierException(kind + ": " + name + " '" + value + "', expected " + expected);
    }
  }
}
