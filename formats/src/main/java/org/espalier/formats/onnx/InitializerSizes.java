package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.SparseTensorProto;
import org.espalier.formats.onnx.proto.TensorProto;

/** What the constants of a graph take in an ONNX file and the files beside it. */
final class InitializerSizes {
  private InitializerSizes() {}

  /** Dense ones first. */
  static List<StoredTensor> of(GraphProto graph) {
    var tensors = new ArrayList<StoredTensor>();
    graph.getInitializerList().forEach(tensor -> tensors.add(dense(tensor)));
    graph.getSparseInitializerList().forEach(tensor -> tensors.add(sparse(tensor)));
    return tensors;
  }

  private static StoredTensor dense(TensorProto tensor) {
    return new StoredTensor(tensor.getName(), type(tensor), bytes(tensor), 0);
  }

  private static StoredTensor sparse(SparseTensorProto tensor) {
    var positions = bytes(tensor.getIndices());
    return new StoredTensor(
        tensor.getValues().getName(),
        type(tensor.getValues()) + " values, " + type(tensor.getIndices()) + " positions",
        bytes(tensor.getValues()) + positions,
        positions);
  }

  private static String type(TensorProto tensor) {
    var type = TensorProto.DataType.forNumber(tensor.getDataType());
    return type == null ? "type " + tensor.getDataType() : type.name();
  }

  private static long bytes(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return external(tensor);
    }
    return tensor.getRawData().isEmpty() ? tensor.getSerializedSize() : tensor.getRawData().size();
  }

  /** The length a tensor in another file has by its shape, since it need not say it. */
  private static long external(TensorProto tensor) {
    var width =
        switch (TensorProto.DataType.forNumber(tensor.getDataType())) {
          case DOUBLE, INT64 -> 8;
          case FLOAT16, BFLOAT16 -> 2;
          case null, default -> 4;
        };
    return width * tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
  }
}
