package org.espalier.fuzz;

import com.google.protobuf.TextFormat;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.formats.onnx.proto.ModelProto;

/**
 * Graphs as other programs write them, that together have every operator the reader knows: what our
 * own writer writes is a small part of it.
 */
final class OnnxSeeds {
  private OnnxSeeds() {}

  static Stream<ModelProto> all() {
    return Stream.of(
        products(), borders(), layers(), shapes(), shortcut(), folded(), features(), types());
  }

  private static ModelProto products() {
    return model(
        11,
        input(0, 4, 6, 6),
        floats("w", 6, 2, 3, 3),
        floats("b", 6),
        floats("one", 6, 1, 1),
        node(
            "Conv",
            "x w b",
            "c",
            ints("kernel_shape", 3, 3),
            ints("strides", 2, 2),
            ints("pads", 1, 1, 1, 1),
            ints("dilations", 1, 1),
            integer("group", 2)),
        node("Add", "one c", "a"),
        node("Relu", "a", "r"),
        node("GlobalAveragePool", "r", "p"),
        node("Flatten", "p", "f"),
        floats("m", 6, 5),
        node("MatMul", "f m", "z"),
        floats("bias", 1, 5),
        node("Add", "z bias", "y"));
  }

  private static ModelProto borders() {
    return model(
        13,
        input(0, 2, 5, 4),
        whole("pads", 0, 0, 1, 2, 0, 0, 1, 2),
        floats("u", 3, 2, 3, 5),
        floats("v", 4, 3, 1, 3),
        floats("w", 2, 4, 2, 2),
        node("Pad", "x pads", "p"),
        node("Conv", "p u", "a"),
        node("Conv", "a v", "b", ints("pads", 1, 2, 0, 1)),
        node("Conv", "b w", "c", text("auto_pad", "SAME_LOWER"), ints("strides", 2, 2)),
        node("Flatten", "c", "y"));
  }

  private static ModelProto layers() {
    return model(
        10,
        input(0, 4, 5, 5),
        floats("s", 4),
        floats("b", 4),
        floats("m", 4),
        floats("v", 4),
        node("BatchNormalization", "x s b m v", "n", number("epsilon", 0.01f)),
        node("Clip", "n", "c", number("min", 0)),
        node(
            "MaxPool",
            "c",
            "p",
            ints("kernel_shape", 3, 3),
            ints("strides", 2, 2),
            ints("pads", 1, 1, 1, 1),
            integer("ceil_mode", 1)),
        node(
            "AveragePool",
            "p",
            "q",
            ints("kernel_shape", 2, 2),
            ints("pads", 1, 1, 1, 1),
            integer("count_include_pad", 1)),
        node("Dropout", "q", "d"),
        node("GlobalMaxPool", "d", "g"),
        node("Squeeze", "g", "t", ints("axes", 2, 3)),
        node("Softmax", "t", "y"));
  }

  private static ModelProto shapes() {
    return model(
        18,
        input(0, 4, 3, 3),
        whole("axes", -1, -2),
        node("ReduceMean", "x axes", "m"),
        node("Shape", "m", "shape"),
        whole("zero", 0),
        node("Gather", "shape zero", "n"),
        whole("rest", -1),
        node("Concat", "n rest", "target", integer("axis", 0)),
        node("Reshape", "m target", "f"),
        whole("last", 2, 3),
        node("Unsqueeze", "f last", "u"),
        node("Relu", "u", "r"),
        node("Squeeze", "r last", "z"),
        floats("w", 5, 4),
        floats("b", 5),
        node("Gemm", "z w b", "y", number("alpha", 0.5f), number("beta", 2), integer("transB", 1)));
  }

  private static ModelProto shortcut() {
    return model(
        11,
        input(0, 2, 4, 4),
        floats("w", 6, 2, 3, 3),
        floats("v", 6, 2, 1, 1),
        node("Conv", "x w", "c", ints("strides", 2, 2), ints("pads", 1, 1, 1, 1)),
        node("Conv", "x v", "d", ints("strides", 2, 2)),
        whole("zero", 0),
        whole("end", Long.MAX_VALUE),
        whole("rows", 2),
        whole("columns", 3),
        whole("two", 2),
        node("Slice", "x zero end rows two", "s"),
        node("Slice", "s zero end columns two", "t"),
        whole("pads", 0, 2, 0, 0, 0, 2, 0, 0),
        node("Pad", "t pads", "p", text("mode", "constant")),
        node("Identity", "p", "i"),
        node("Sum", "c i d", "a"),
        node("Flatten", "a", "y"));
  }

  private static ModelProto folded() {
    return model(
        13,
        input(0, 6),
        floats("w", 5, 2, 3),
        whole("shape", 5, 6),
        node("Reshape", "w shape", "m"),
        node("Transpose", "m", "t", ints("perm", 1, 0)),
        node("Cast", "t", "k", integer("to", 1)),
        node("Identity", "k", "i"),
        node("MatMul", "x i", "z"),
        node("LogSoftmax", "z", "y"));
  }

  private static ModelProto features() {
    return model(
        14,
        input(1, 6),
        whole("image", -1, 1, 2, 3),
        floats("w", 4, 1, 2, 2),
        node("Reshape", "x image", "i"),
        node("Conv", "i w", "c"),
        node("Flatten", "c", "f", integer("axis", -3)),
        floats("m", 8, 3),
        node("Gemm", "f m", "y"));
  }

  private static ModelProto types() {
    return model(
        13,
        input(0, 2),
        "initializer {name: 'h' data_type: 10 dims: 2 dims: 2 int32_data: [15360, 0, 48640, 1]}",
        "initializer {name: 'd' data_type: 11 dims: 2 dims: 2 double_data: [1, 0.5, -2, 0]}",
        "initializer {name: 'r' data_type: 1 dims: 1 dims: 2 raw_data: '\\0\\0\\200?\\0\\0\\0@'}",
        """
        sparse_initializer {
          values {name: 's' data_type: 1 dims: 2 float_data: [1, 2]}
          indices {data_type: 7 dims: 2 int64_data: [1, 2]}
          dims: [2, 2]
        }
        """,
        node(
            "Constant",
            "",
            "k",
            "attribute {name: 'value' type: TENSOR t {data_type: 1 dims: 2 float_data: [1, 2]}}"),
        node("MatMul", "x h", "a"),
        node("MatMul", "a d", "b"),
        node("MatMul", "b s", "c"),
        node("Add", "c r", "e"),
        node("Add", "e k", "y"));
  }

  /** A model whose output is {@code y}. */
  private static ModelProto model(long operators, String... graph) {
    var text =
        "ir_version: 8 opset_import {version: %d} graph {name: 'graph' output {name: 'y'}\n%s}"
            .formatted(operators, String.join("\n", graph));
    try {
      return TextFormat.parse(text, ModelProto.class);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Named {@code x}; 0 is a batch of any size. */
  private static String input(long... shape) {
    var extents =
        LongStream.of(shape)
            .mapToObj(it -> it == 0 ? "dim {dim_param: 'N'}" : "dim {dim_value: " + it + "}")
            .collect(Collectors.joining(" "));
    return "input {name: 'x' type {tensor_type {elem_type: 1 shape {%s}}}}".formatted(extents);
  }

  /** From ½ on, all above zero. */
  private static String floats(String name, long... shape) {
    var size = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
    var values = Stream.iterate(0.5f, it -> it + 0.25f).limit(size).toList();
    return tensor(name, 1, Arrays.stream(shape).boxed().toList(), "float_data", values);
  }

  private static String whole(String name, long... values) {
    var list = LongStream.of(values).boxed().toList();
    return tensor(name, 7, List.of((long) values.length), "int64_data", list);
  }

  private static String tensor(
      String name, int type, List<Long> shape, String field, List<? extends Number> values) {
    return "initializer {name: '%s' data_type: %d dims: %s %s: %s}"
        .formatted(name, type, shape, field, values);
  }

  /** A node named after its output; its inputs are blank-separated. */
  private static String node(String type, String inputs, String output, String... attributes) {
    var names = inputs.isEmpty() ? Collections.<String>emptyList() : List.of(inputs.split(" "));
    return "node {op_type: '%s' name: '%s_node' %s output: '%s' %s}"
        .formatted(
            type,
            output,
            names.stream().map(it -> "input: '" + it + "'").collect(Collectors.joining(" ")),
            output,
            String.join(" ", attributes));
  }

  private static String ints(String name, long... values) {
    return "attribute {name: '%s' type: INTS ints: %s}".formatted(name, Arrays.toString(values));
  }

  private static String integer(String name, long value) {
    return "attribute {name: '%s' type: INT i: %d}".formatted(name, value);
  }

  private static String number(String name, float value) {
    return "attribute {name: '%s' type: FLOAT f: %s}".formatted(name, value);
  }

  private static String text(String name, String value) {
    return "attribute {name: '%s' type: STRING s: '%s'}".formatted(name, value);
  }
}
