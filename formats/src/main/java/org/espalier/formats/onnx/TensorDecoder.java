package org.espalier.formats.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.onnx.proto.SparseTensorProto;
import org.espalier.formats.onnx.proto.TensorProto;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tensors of an ONNX file, and those it keeps in files beside it.
 *
 * <p>Nothing is allocated that the files do not hold, and all floats are finite.
 *
 * @param folder of the file, in which files of external data lie
 */
record TensorDecoder(Path folder) {
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A dense tensor; {@code name} is what errors call it. */
  Constant decode(String name, TensorProto tensor) {
    var shape = shape(name, tensor.getDimsList());
    var size = Constant.size(shape);
    if (size > LARGEST) {
      throw error(name, "shape " + shape, "fewer than 2³¹ elements");
    }
    var type = TensorProto.DataType.forNumber(tensor.getDataType());
    if (type == null) {
      throw error(name, "element type " + tensor.getDataType(), "one of ONNX");
    }
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 ->
          new Constant.Dense(shape, floats(name, tensor, type, (int) size));
      case INT64, INT32 -> new Constant.Integers(shape, integers(name, tensor, type, (int) size));
      default ->
          throw error(
              name,
              "element type " + type,
              "float, double, float16 or bfloat16 for weights, int32 or int64 for shapes");
    };
  }

  /** A sparse tensor: values with their indices, flattened or one per axis. */
  Constant.Sparse decode(SparseTensorProto tensor) {
    var name = tensor.getValues().getName();
    var shape = shape(name, tensor.getDimsList());
    if (!(decode(name, tensor.getValues()) instanceof Constant.Dense values)
        || values.shape().size() != 1) {
      throw error(name, "values of another kind", "a vector of floats");
    }
    if (!(decode(name + " indices", tensor.getIndices()) instanceof Constant.Integers indices)) {
      throw error(name, "indices of another kind", "whole numbers");
    }
    var count = values.shape().getFirst();
    var rank = shape.size();
    if (indices.shape().equals(List.of(count))) {
      return new Constant.Sparse(shape, ascending(name, indices.values(), shape), values.values());
    }
    if (!indices.shape().equals(List.of(count, rank))) {
      throw error(
          name, "indices " + indices.shape(), List.of(count) + " or " + List.of(count, rank));
    }
    var positions = new long[count];
    for (var i = 0; i < count; i++) {
      for (var axis = 0; axis < rank; axis++) {
        var index = indices.values()[i * rank + axis];
        if (index < 0 || index >= shape.get(axis)) {
          throw error(name, "index " + index + " of axis " + axis, "one within " + shape);
        }
        positions[i] = positions[i] * shape.get(axis) + index;
      }
    }
    return new Constant.Sparse(shape, ascending(name, positions, shape), values.values());
  }

  private static long[] ascending(String name, long[] positions, List<Integer> shape) {
    var previous = -1L;
    for (var position : positions) {
      if (position <= previous || position >= Constant.size(shape)) {
        throw error(name, "index " + position + " after " + previous, "ascending, within " + shape);
      }
      previous = position;
    }
    return positions;
  }

  private static List<Integer> shape(String name, List<Long> extents) {
    var shape = new ArrayList<Integer>();
    try {
      for (var extent : extents) {
        shape.add(Math.toIntExact(extent));
        if (extent < 0) {
          throw error(name, "shape " + extents, "extents of at least 0");
        }
      }
      var _ = Constant.size(shape);
      return List.copyOf(shape);
    } catch (ArithmeticException e) {
      throw new EspalierException("tensor " + name + ": shape " + extents + " is too large", e);
    }
  }

  private float[] floats(String name, TensorProto tensor, TensorProto.DataType type, int size) {
    var width =
        type == TensorProto.DataType.DOUBLE ? 8 : type == TensorProto.DataType.FLOAT ? 4 : 2;
    var raw = raw(name, tensor, (long) size * width);
    if (raw == null) {
      var held =
          switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            default -> tensor.getInt32DataCount();
          };
      requireSize(name, held, size);
    }
    var values = new float[size];
    for (var i = 0; i < size; i++) {
      values[i] =
          switch (type) {
            case FLOAT -> raw == null ? tensor.getFloatData(i) : raw.getAtIndex(F32, i);
            case DOUBLE -> (float) (raw == null ? tensor.getDoubleData(i) : raw.getAtIndex(F64, i));
            case FLOAT16 -> Float.float16ToFloat(half(raw, tensor, i));
            default -> Float.intBitsToFloat(half(raw, tensor, i) << 16);
          };
      if (!Float.isFinite(values[i])) {
        throw error(name, "element " + i + " is " + values[i], "finite floats");
      }
    }
    return values;
  }

  private static short half(@Nullable MemorySegment raw, TensorProto tensor, int index) {
    return raw == null ? (short) tensor.getInt32Data(index) : raw.getAtIndex(I16, index);
  }

  private long[] integers(String name, TensorProto tensor, TensorProto.DataType type, int size) {
    var wide = type == TensorProto.DataType.INT64;
    var raw = raw(name, tensor, (long) size * (wide ? 8 : 4));
    if (raw == null) {
      requireSize(name, wide ? tensor.getInt64DataCount() : tensor.getInt32DataCount(), size);
    }
    var values = new long[size];
    for (var i = 0; i < size; i++) {
      if (wide) {
        values[i] = raw == null ? tensor.getInt64Data(i) : raw.getAtIndex(I64, i);
      } else {
        values[i] = raw == null ? tensor.getInt32Data(i) : raw.getAtIndex(I32, i);
      }
    }
    return values;
  }

  private static void requireSize(String name, int held, int size) {
    if (held != size) {
      throw error(name, held + " elements", size + " as its shape has");
    }
  }

  /** The bytes of a tensor that has them raw, in the file or beside it, or null. */
  private @Nullable MemorySegment raw(String name, TensorProto tensor, long bytes) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return external(name, tensor, bytes);
    }
    if (!tensor.hasRawData() || (tensor.getRawData().isEmpty() && bytes > 0)) {
      return null;
    }
    ByteString data = tensor.getRawData();
    if (data.size() != bytes) {
      throw error(name, data.size() + " bytes", bytes + " by its shape and type");
    }
    return MemorySegment.ofBuffer(data.asReadOnlyByteBuffer());
  }

  /** Bytes of the files beside the model that {@code tensors} lie in. */
  long externalBytes(List<TensorProto> tensors) {
    return tensors.stream()
        .filter(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
        .flatMap(tensor -> tensor.getExternalDataList().stream())
        .filter(entry -> entry.getKey().equals("location"))
        .map(entry -> inside("data", entry.getValue()))
        .distinct()
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  private MemorySegment external(String name, TensorProto tensor, long bytes) {
    var location = "";
    var offset = 0L;
    var length = bytes;
    for (var entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(name, entry.getKey(), entry.getValue());
        case "length" -> length = number(name, entry.getKey(), entry.getValue());
        default -> {} // a checksum, or what others note
      }
    }
    if (length != bytes) {
      throw error(name, length + " bytes of external data", bytes + " by its shape and type");
    }
    var file = inside(name, location);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset > channel.size() - bytes) {
        throw error(
            name,
            "bytes %d to %d of %s".formatted(offset, offset + bytes, location),
            "at most " + channel.size() + ", all it has");
      }
      // Mapped, not copied: the next step makes floats of it.
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes, Arena.ofAuto());
    } catch (IOException e) {
      throw new EspalierException(
          "tensor %s: cannot read %s: %s".formatted(name, file, DurableFile.reason(e)), e);
    }
  }

  /** A file in the folder of the model, never outside: a model must not read what it likes. */
  private Path inside(String name, String location) {
    var root = folder.toAbsolutePath().normalize();
    try {
      var file = root.resolve(location).normalize();
      if (!location.isEmpty() && file.startsWith(root) && !file.equals(root)) {
        return file;
      }
    } catch (InvalidPathException _) {
      // refused below
    }
    throw error(
        name,
        "external data in '" + location.replaceAll("\\p{Cntrl}", "?") + "'",
        "a file in the folder of the model");
  }

  private static long number(String name, String key, String text) {
    try {
      var number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw error(name, key + " '" + text + "'", "a whole number of bytes");
  }

  private static EspalierException error(String name, String found, String expected) {
    return new EspalierException("tensor " + name + ": " + found + ", expected " + expected);
  }
}
