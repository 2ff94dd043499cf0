package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.TensorProto;
import org.espalier.formats.onnx.proto.ValueInfoProto;

/**
 * The one input of a graph that is no constant: a batch of samples.
 *
 * @param samples how many the file fixes, if it does
 * @param extents of one sample
 */
record GraphInput(String name, OptionalInt samples, List<Integer> extents) {

  /**
   * Where the network begins: behind a reshaping of the input into images, if there is one.
   *
   * @param value name of the value that is the sample
   * @param views nodes that only reshape the input, and need not be read
   */
  record Start(String value, List<Integer> extents, List<OnnxNode> views) {
    Shape shape() {
      return switch (extents.size()) {
        case 1 -> Shape.features(extents.getFirst());
        case 2 -> new Shape(1, extents.get(0), extents.get(1));
        default -> new Shape(extents.get(0), extents.get(1), extents.get(2));
      };
    }
  }

  static GraphInput of(GraphProto graph, Constants constants) {
    var inputs =
        graph.getInputList().stream().filter(it -> !constants.holds(it.getName())).toList();
    if (inputs.size() != 1) {
      throw new EspalierException(
          "graph with inputs %s, expected one, the samples"
              .formatted(inputs.stream().map(ValueInfoProto::getName).toList()));
    }
    var input = inputs.getFirst();
    var type = input.getType().getTensorType();
    if (type.getElemType() != TensorProto.DataType.FLOAT_VALUE) {
      throw error(input, "element type " + type.getElemType(), "1, float");
    }
    var extents = new ArrayList<Integer>();
    for (var dimension : type.getShape().getDimList()) {
      var extent = dimension.hasDimValue() ? dimension.getDimValue() : 0;
      if (extent > Integer.MAX_VALUE) {
        throw error(input, "extent " + extent, "less than 2³¹");
      }
      extents.add((int) Math.max(0, extent));
    }
    if (extents.size() < 2
        || extents.size() > 4
        || extents.subList(1, extents.size()).contains(0)) {
      throw error(
          input,
          "shape " + extents + " (0: left open)",
          "[batch, channels, height, width] or [batch, features], all but batch fixed");
    }
    var samples = extents.removeFirst();
    return new GraphInput(
        input.getName(),
        samples > 0 ? OptionalInt.of(samples) : OptionalInt.empty(),
        List.copyOf(extents));
  }

  private static EspalierException error(ValueInfoProto input, String found, String expected) {
    return new EspalierException(
        "input %s: %s, expected %s".formatted(input.getName(), found, expected));
  }

  /** The number of samples for operators that ask for it. */
  long batch() {
    return samples.isPresent() ? samples.getAsInt() : Constants.BATCH;
  }

  /** Follows the input through operators that only reshape it until it is an image. */
  Start start(List<OnnxNode> nodes, Constants constants) {
    var start = new Start(name, extents, List.of());
    for (var next = view(nodes, start); next.isPresent(); next = view(nodes, start)) {
      var node = next.get();
      var target = constants.integers(node, 1).orElse(List.of());
      var reshaped = reshaped(node, start.extents, target, node.integer("allowzero", 0) != 0);
      if (reshaped.isEmpty() || reshaped.size() > 3 || reshaped.contains(0)) {
        throw node.error("samples of " + reshaped, "[channels, height, width] or [features]");
      }
      node.close();
      var views = new ArrayList<>(start.views);
      views.add(node);
      start = new Start(node.output(), reshaped, views);
    }
    return start;
  }

  /** The one reader of a value that is no image yet, if it makes it one. */
  private static Optional<OnnxNode> view(List<OnnxNode> nodes, Start start) {
    var readers = nodes.stream().filter(it -> it.inputs().contains(start.value)).toList();
    if (start.extents.size() == 3 || readers.size() != 1) {
      return Optional.empty();
    }
    var reader = readers.getFirst();
    return reader.type().equals("Reshape") ? Optional.of(reader) : Optional.empty();
  }

  /** The extents of a sample after a reshaping that leaves samples apart. */
  List<Integer> reshaped(
      OnnxNode node, List<Integer> sample, List<Long> target, boolean keepsZero) {
    if (target.isEmpty()) {
      throw node.error("a shape without axes", "one per sample");
    }
    long first = target.getFirst();
    var kept =
        first == -1
            || first == Constants.BATCH
            || (first == 0 && !keepsZero)
            || (first > 0 && (samples.isEmpty() || samples.getAsInt() == first));
    if (!kept) {
      throw node.error("shape " + target, "the number of samples first");
    }
    // Zeros copy by position, so the axis of the samples stays, with extent 1.
    var rest = new ArrayList<>(target);
    rest.set(0, 1L);
    return withoutSamples(node, Extents.reshaped(node, withSamples(sample), rest, keepsZero));
  }

  List<Integer> squeezed(OnnxNode node, List<Integer> sample, Optional<List<Long>> axes) {
    if (axes.isEmpty()) {
      return sample.stream().filter(extent -> extent != 1).toList();
    }
    if (Extents.normalised(node, axes.get(), sample.size() + 1).contains(0)) {
      throw node.error("axes " + axes.get(), "the samples to stay");
    }
    return withoutSamples(node, Extents.squeezed(node, withSamples(sample), axes));
  }

  List<Integer> unsqueezed(OnnxNode node, List<Integer> sample, List<Long> axes) {
    if (Extents.normalised(node, axes, sample.size() + 1 + axes.size()).contains(0)) {
      throw node.error("axes " + axes, "the samples to stay first");
    }
    return withoutSamples(node, Extents.unsqueezed(node, withSamples(sample), axes));
  }

  private static List<Integer> withSamples(List<Integer> sample) {
    var shape = new ArrayList<Integer>();
    shape.add(1);
    shape.addAll(sample);
    return shape;
  }

  private static List<Integer> withoutSamples(OnnxNode node, List<Integer> shape) {
    if (shape.isEmpty() || shape.getFirst() != 1) {
      throw node.error("shape " + shape, "the samples first");
    }
    return shape.subList(1, shape.size());
  }
}
