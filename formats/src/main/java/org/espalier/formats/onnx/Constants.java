package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.SparseTensorProto;
import org.espalier.formats.onnx.proto.TensorProto;

/**
 * The values of a graph that do not depend on its input: initializers, and what operators make of
 * them alone.
 */
final class Constants {
  /** Stands for the number of samples where a graph asks for it and leaves it open. */
  static final long BATCH = Long.MIN_VALUE;

  private final TensorDecoder decoder;
  private final Map<String, TensorProto> dense = new HashMap<>();
  private final Map<String, SparseTensorProto> sparse = new HashMap<>();
  private final Map<String, Constant> known = new HashMap<>();
  private long room; // elements that may still be copied

  /**
   * Those of a graph.
   *
   * @param most elements that constants may have together, copies by operators included
   */
  Constants(GraphProto graph, TensorDecoder decoder, long most) {
    this.decoder = decoder;
    this.room = most;
    for (var tensor : graph.getInitializerList()) {
      requireNew(tensor.getName(), dense.put(tensor.getName(), tensor) == null);
    }
    for (var tensor : graph.getSparseInitializerList()) {
      var name = tensor.getValues().getName();
      requireNew(name, !dense.containsKey(name) && sparse.put(name, tensor) == null);
    }
  }

  private static void requireNew(String name, boolean added) {
    if (!added) {
      throw new EspalierException("tensor " + name + " is there twice, expected once");
    }
  }

  boolean holds(String name) {
    return known.containsKey(name) || dense.containsKey(name) || sparse.containsKey(name);
  }

  void put(String name, Constant constant) {
    known.put(name, constant);
  }

  /** The constant of that name, decoded when it is first asked for. */
  Constant of(String name) {
    var constant = known.get(name);
    if (constant != null) {
      return constant;
    }
    var decoded = decoded(name);
    spend(name, decoded);
    known.put(name, decoded);
    return decoded;
  }

  private void spend(String name, Constant copy) {
    room -=
        switch (copy) {
          case Constant.Integers integers -> integers.values().length;
          case Constant.Floats floats -> floats.values().length;
        };
    if (room < 0) {
      throw new EspalierException(
          "constant " + name + ": with it, constants are too large for a file of this size");
    }
  }

  private Constant decoded(String name) {
    var tensor = dense.get(name);
    if (tensor != null) {
      return decoder.decode(name, tensor);
    }
    var entries = sparse.get(name);
    if (entries != null) {
      return decoder.decode(entries);
    }
    throw new EspalierException("no tensor " + name);
  }

  /** An input that must be weights. */
  Constant.Floats floats(OnnxNode node, int index) {
    var name = node.required(index);
    if (!holds(name)) {
      throw node.error("input " + name + " is computed", "a constant");
    }
    if (of(name) instanceof Constant.Floats floats) {
      return floats;
    }
    throw node.error("input " + name + " of whole numbers", "floats");
  }

  /** Whole numbers, from an attribute in older versions and from an input in newer ones. */
  Optional<List<Long>> integers(OnnxNode node, String attribute, int index) {
    var given = node.integers(attribute);
    return given.isPresent() ? given : integers(node, index);
  }

  /** Whole numbers that an input may give. */
  Optional<List<Long>> integers(OnnxNode node, int index) {
    return node.input(index)
        .map(
            name -> {
              if (holds(name) && of(name) instanceof Constant.Integers integers) {
                return LongStream.of(integers.values()).boxed().toList();
              }
              throw node.error("input " + name, "constant whole numbers");
            });
  }

  /** A number, from an attribute in older versions and from an input in newer ones. */
  Optional<Float> number(OnnxNode node, String attribute, int index) {
    if (node.has(attribute)) {
      return Optional.of(node.number(attribute, 0));
    }
    if (node.input(index).isEmpty()) {
      return Optional.empty();
    }
    var given = floats(node, index);
    if (Constant.size(given.shape()) != 1) {
      throw node.error("input " + node.required(index) + " " + given.shape(), "one number");
    }
    return Optional.of(given.dense()[0]);
  }

  /** What a node computes if all its inputs are constants; refuses what we cannot fold. */
  boolean fold(OnnxNode node) {
    if (!node.inputs().stream().allMatch(name -> name.isEmpty() || holds(name))) {
      return false;
    }
    if (node.type().equals("Constant") && deferred(node)) {
      node.close();
      return true;
    }
    put(
        node.output(),
        switch (node.type()) {
          case "Constant" -> literal(node);
          case "Identity" -> of(node.required(0));
          case "Reshape" -> reshape(node);
          case "Flatten" -> flatten(node);
          case "Squeeze" -> squeeze(node);
          case "Unsqueeze" -> unsqueeze(node);
          case "Transpose" -> transpose(node);
          case "Cast" -> cast(node);
          case "Gather" -> gather(node);
          case "Concat" -> concat(node);
          default ->
              throw node.error(
                  "an operator on constants alone",
                  "Constant, Identity, Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Cast,"
                      + " Gather or Concat");
        });
    node.close();
    return true;
  }

  /** Notes a tensor, to be decoded when asked for: it may be of a kind that nobody needs. */
  private boolean deferred(OnnxNode node) {
    var name = node.output();
    var tensor = node.tensor("value");
    tensor.ifPresent(it -> requireNew(name, !holds(name) && dense.put(name, it.getT()) == null));
    var entries = node.sparseTensor("sparse_value");
    entries.ifPresent(
        it -> requireNew(name, !holds(name) && sparse.put(name, it.getSparseTensor()) == null));
    return tensor.isPresent() || entries.isPresent();
  }

  private Constant literal(OnnxNode node) {
    if (node.has("value_int")) {
      return new Constant.Integers(List.of(), new long[] {node.integer("value_int", 0)});
    }
    if (node.has("value_float")) {
      return new Constant.Dense(List.of(), new float[] {node.number("value_float", 0)});
    }
    var integers = node.integers("value_ints");
    if (integers.isPresent()) {
      return Constant.Integers.of(integers.get().stream().mapToLong(Long::longValue).toArray());
    }
    var floats = node.numbers("value_floats");
    if (floats.isPresent()) {
      var values = new float[floats.get().size()];
      IntStream.range(0, values.length).forEach(i -> values[i] = floats.get().get(i));
      return new Constant.Dense(List.of(values.length), values);
    }
    throw node.error("no value we know", "a tensor, whole numbers or floats");
  }

  private Constant reshape(OnnxNode node) {
    var data = of(node.required(0));
    var target = integers(node, 1).orElseThrow(() -> node.error("no shape", "one"));
    var keepsZero = node.integer("allowzero", 0) != 0;
    return data.reshaped(Extents.reshaped(node, data.shape(), target, keepsZero));
  }

  private Constant flatten(OnnxNode node) {
    var data = of(node.required(0));
    var rank = data.shape().size();
    var axis = node.integer("axis", 1);
    var split = Math.toIntExact(Math.clamp(axis < 0 ? axis + rank : axis, 0, rank));
    var outer = Constant.size(data.shape().subList(0, split));
    var inner = Constant.size(data.shape().subList(split, rank));
    return data.reshaped(List.of(Math.toIntExact(outer), Math.toIntExact(inner)));
  }

  private Constant squeeze(OnnxNode node) {
    var data = of(node.required(0));
    var axes = integers(node, "axes", 1);
    return data.reshaped(Extents.squeezed(node, data.shape(), axes));
  }

  private Constant unsqueeze(OnnxNode node) {
    var data = of(node.required(0));
    var axes = integers(node, "axes", 1).orElseThrow(() -> node.error("no axes", "some"));
    return data.reshaped(Extents.unsqueezed(node, data.shape(), axes));
  }

  private Constant transpose(OnnxNode node) {
    if (!(of(node.required(0)) instanceof Constant.Floats data)) {
      throw node.error("whole numbers", "floats");
    }
    var rank = data.shape().size();
    var reversed = IntStream.range(0, rank).mapToObj(axis -> rank - 1L - axis).toList();
    var order = node.integers("perm").orElse(reversed);
    var sorted = new ArrayList<>(order);
    Collections.sort(sorted);
    if (!sorted.equals(LongStream.range(0, rank).boxed().toList())) {
      throw node.error("perm " + order, "an order of " + rank + " axes");
    }
    spend(node.output(), data);
    return data.transposed(order.stream().map(Math::toIntExact).toList());
  }

  private Constant cast(OnnxNode node) {
    var data = of(node.required(0));
    var type = TensorProto.DataType.forNumber((int) node.integer("to", 0));
    var saturates = node.integer("saturate", 1); // of eight-bit floats, which we do not read
    var ok =
        switch (data) {
          case Constant.Integers _ ->
              type == TensorProto.DataType.INT64 || type == TensorProto.DataType.INT32;
          case Constant.Floats _ ->
              type == TensorProto.DataType.FLOAT || type == TensorProto.DataType.DOUBLE;
        };
    if (!ok || saturates > 1) {
      throw node.error("to " + type, "the same kind of number");
    }
    return data;
  }

  private Constant gather(OnnxNode node) {
    var data = vector(node, node.required(0));
    var index = of(node.required(1));
    if (node.integer("axis", 0) != 0 || !(index instanceof Constant.Integers indices)) {
      throw node.error("another axis or index", "whole numbers of a vector");
    }
    var picked = new long[indices.values().length];
    for (var i = 0; i < picked.length; i++) {
      var at = indices.values()[i] + (indices.values()[i] < 0 ? data.length : 0);
      if (at < 0 || at >= data.length) {
        throw node.error("index " + indices.values()[i], "one of " + data.length);
      }
      picked[i] = data[(int) at];
    }
    return new Constant.Integers(indices.shape(), picked);
  }

  private Constant concat(OnnxNode node) {
    if (node.integer("axis", 0) != 0) {
      throw node.error("another axis", "0");
    }
    var joined =
        Constant.Integers.of(
            node.inputs().stream()
                .flatMapToLong(name -> LongStream.of(vector(node, name)))
                .toArray());
    spend(node.output(), joined);
    return joined;
  }

  private long[] vector(OnnxNode node, String name) {
    if (of(name) instanceof Constant.Integers(var shape, var values) && shape.size() == 1) {
      return values;
    }
    throw node.error("input " + name, "a vector of whole numbers");
  }
}
