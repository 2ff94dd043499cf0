package org.espalier.formats.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.formats.TensorShapes;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.SparseTensorProto;
import org.espalier.formats.onnx.proto.TensorProto;

/** The parameters of a network as the named constants of an ONNX graph. */
final class Initializers {
  /** A value and its index in the flattened tensor, which ONNX wants in 64 bits. */
  private static final int SPARSE_BYTES = Float.BYTES + Long.BYTES;

  private final Parameters parameters;
  private final boolean sparse;
  private final Map<String, List<Integer>> shapes;

  Initializers(Network network, Parameters parameters, OnnxFile.Weights weights) {
    this.parameters = parameters;
    this.sparse = weights == OnnxFile.Weights.SPARSE;
    this.shapes = TensorShapes.of(network);
  }

  /** Bytes of all values and indices. */
  long bytes() {
    var bytes = 0L;
    for (var parameter : parameters) {
      bytes +=
          sparse(parameter)
              ? SPARSE_BYTES * parameter.nonZeros()
              : Float.BYTES * parameter.spec().size();
    }
    return bytes;
  }

  void addTo(GraphProto.Builder graph) {
    for (var parameter : parameters) {
      if (sparse(parameter)) {
        graph.addSparseInitializer(coordinates(parameter));
      } else {
        var shape = shape(parameter);
        graph.addInitializer(floats(shape, parameter.toDense()).setName(parameter.name()));
      }
    }
  }

  private boolean sparse(Parameter parameter) {
    return sparse
        && parameter.storage() != Storage.DENSE
        && parameter.nonZeros() > 0 // a tensor without elements is nothing that readers expect
        && SPARSE_BYTES * parameter.nonZeros() < Float.BYTES * parameter.spec().size();
  }

  private List<Long> shape(Parameter parameter) {
    return shapes.getOrDefault(parameter.name(), List.of()).stream()
        .map(Integer::longValue)
        .toList();
  }

  /** Active weights by their index in the flattened tensor, which ascends. */
  private SparseTensorProto coordinates(Parameter parameter) {
    var positions = parameter.topology().positions();
    var indices = littleEndian((long) Long.BYTES * positions.length);
    var values = new float[positions.length];
    for (var i = 0; i < positions.length; i++) {
      indices.putLong(positions[i]);
      var stored = parameter.storage() == Storage.MASKED ? Math.toIntExact(positions[i]) : i;
      values[i] = parameter.values()[stored];
    }
    var entries = List.of((long) positions.length);
    return SparseTensorProto.newBuilder()
        .setValues(floats(entries, values).setName(parameter.name()))
        .setIndices(
            TensorProto.newBuilder()
                .setName(parameter.name() + ".indices")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addAllDims(entries)
                .setRawData(bytes(indices)))
        .addAllDims(shape(parameter))
        .build();
  }

  private static TensorProto.Builder floats(List<Long> shape, float[] values) {
    var bytes = littleEndian((long) Float.BYTES * values.length);
    for (var value : values) {
      bytes.putFloat(value);
    }
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(shape)
        .setRawData(bytes(bytes));
  }

  private static ByteBuffer littleEndian(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Without another copy: nobody else holds the buffer. */
  private static ByteString bytes(ByteBuffer buffer) {
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }
}
