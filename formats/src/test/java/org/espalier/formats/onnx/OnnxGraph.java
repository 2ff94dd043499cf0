package org.espalier.formats.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.formats.onnx.proto.AttributeProto;
import org.espalier.formats.onnx.proto.AttributeProto.AttributeType;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.ModelProto;
import org.espalier.formats.onnx.proto.NodeProto;
import org.espalier.formats.onnx.proto.OperatorSetIdProto;
import org.espalier.formats.onnx.proto.TensorProto;
import org.espalier.formats.onnx.proto.TensorShapeProto;
import org.espalier.formats.onnx.proto.TypeProto;
import org.espalier.formats.onnx.proto.ValueInfoProto;

/** Puts a graph together, operator by operator, as another program might have written it. */
final class OnnxGraph {
  private final long operators;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private int seed;

  /** A graph whose input {@code x} has a batch of any size if {@code shape} begins with 0. */
  OnnxGraph(long operators, long... shape) {
    this.operators = operators;
    graph.addInput(value("x", shape));
  }

  private static ValueInfoProto value(String name, long... shape) {
    var extents = TensorShapeProto.newBuilder();
    for (var extent : shape) {
      if (extent == 0) {
        extents.addDimBuilder().setDimParam("N");
      } else {
        extents.addDimBuilder().setDimValue(extent);
      }
    }
    var type = TypeProto.Tensor.newBuilder().setElemType(1);
    if (shape.length > 0) {
      type.setShape(extents);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** A node that computes blank-separated outputs from such inputs, {@code _} is one left out. */
  OnnxGraph node(String type, String inputs, String outputs, AttributeProto... attributes) {
    var computed = names(outputs);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(computed.getFirst() + "_node")
            .addAllInput(names(inputs))
            .addAllOutput(computed)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  private static List<String> names(String text) {
    return Arrays.stream(text.split(" ", -1))
        .filter(it -> !it.isEmpty())
        .map(it -> it.equals("_") ? "" : it)
        .toList();
  }

  /** Random floats. */
  OnnxGraph floats(String name, long... shape) {
    var size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    var values = Arrays.copyOfRange(Logits.random(1000 + size + ++seed), seed, seed + size);
    return floats(name, values, shape);
  }

  OnnxGraph floats(String name, float[] values, long... shape) {
    var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      raw.putFloat(value);
    }
    return tensor(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(raw.flip())));
  }

  /** Random floats above zero. */
  OnnxGraph positive(String name, long size) {
    var values = Logits.random((int) size);
    for (var i = 0; i < values.length; i++) {
      values[i] = 0.5f + Math.abs(values[i]);
    }
    return floats(name, values, size);
  }

  OnnxGraph whole(String name, long... values) {
    return tensor(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
  }

  OnnxGraph tensor(TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** The file, with {@code y} as output. */
  Path write(Path folder) {
    graph.addOutput(value("y"));
    var model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .setProducerName("test")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(operators))
            .setGraph(graph)
            .build();
    try {
      return Files.write(folder.resolve("graph.onnx"), model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  static AttributeProto tensor(String name, TensorProto.Builder value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
