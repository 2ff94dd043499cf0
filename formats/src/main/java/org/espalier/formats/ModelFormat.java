package org.espalier.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.esp.EspFile;
import org.espalier.formats.onnx.OnnxFile;

/**
 * The formats of model files that can be read, told apart by how a file begins.
 *
 * <p>A format is a constant here and a case in each switch.
 */
public enum ModelFormat {
  SAFETENSORS("safetensors"),
  ESP("esp"),
  ONNX("onnx");

  private static final int HEAD = 16;

  /** The tags, number and wire type, of fields of an ONNX ModelProto. */
  private static final byte ONNX_VERSION = 0x08;

  private static final Set<Byte> ONNX_FIELDS =
      Set.of(
          (byte) 0x12,
          (byte) 0x1A,
          (byte) 0x22,
          (byte) 0x28,
          (byte) 0x32,
          (byte) 0x3A,
          (byte) 0x42);

  private final String title;

  ModelFormat(String title) {
    this.title = title;
  }

  /**
   * The format of a file, by its first bytes.
   *
   * @throws EspalierException if it cannot be read or is none of these
   */
  public static ModelFormat of(Path file) {
    var head = head(file);
    return Arrays.stream(values())
        .filter(format -> format.begins(head.duplicate().order(ByteOrder.LITTLE_ENDIAN)))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    file
                        + ": not a model file, expected "
                        + Arrays.stream(values())
                            .map(ModelFormat::toString)
                            .collect(Collectors.joining(" or "))));
  }

  /** Whether a file begins as one of this format. */
  public boolean recognises(Path file) {
    return begins(head(file).order(ByteOrder.LITTLE_ENDIAN));
  }

  private boolean begins(ByteBuffer head) {
    return switch (this) {
      case SAFETENSORS -> beginsAsSafetensors(head);
      case ESP -> beginsAsEsp(head);
      case ONNX -> beginsAsOnnx(head);
    };
  }

  /** Reads a model file of this format. */
  Model read(Path file) {
    return switch (this) {
      case ESP -> EspFile.read(file);
      case ONNX -> withProtobuf(file, () -> OnnxFile.read(file));
      case SAFETENSORS -> ModelFile.read(file);
    };
  }

  /** What the tensors of a file of this format take in it. */
  List<StoredTensor> stored(Path file) {
    return switch (this) {
      case ESP -> {
        try (var esp = EspFile.open(file)) {
          yield esp.tensors();
        }
      }
      case ONNX -> withProtobuf(file, () -> OnnxFile.tensors(file));
      case SAFETENSORS -> {
        try (var tensors = SafetensorsFile.open(file)) {
          yield SafetensorsParts.of(tensors);
        }
      }
    };
  }

  /** The name that users know. */
  @Override
  public String toString() {
    return title;
  }

  private static ByteBuffer head(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var head = ByteBuffer.allocate(HEAD);
      while (head.hasRemaining() && channel.read(head) >= 0) {}
      return head.flip();
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    }
  }

  /** The length of a header that is possible, and the brace that every header begins with. */
  private static boolean beginsAsSafetensors(ByteBuffer head) {
    return head.remaining() > Long.BYTES
        && Long.compareUnsigned(head.getLong(), SafetensorsHeader.MAX_BYTES) <= 0
        && head.get() == '{';
  }

  private static boolean beginsAsEsp(ByteBuffer head) {
    var beginning = new byte[head.remaining()];
    head.get(beginning);
    return EspFile.recognises(beginning);
  }

  /** The version of the format, in one byte, and one of the fields that a model has after it. */
  private static boolean beginsAsOnnx(ByteBuffer head) {
    return head.remaining() > 3
        && head.get() == ONNX_VERSION
        && head.get() > 0
        && ONNX_FIELDS.contains(head.get());
  }

  /** Programs that read no ONNX files need no protobuf. */
  private static <T> T withProtobuf(Path file, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (NoClassDefFoundError e) {
      throw new EspalierException(
          file + ": an ONNX file, expected com.google.protobuf:protobuf-java on the class path", e);
    }
  }
}
