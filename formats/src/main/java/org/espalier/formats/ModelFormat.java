package org.espalier.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.esp.EspFile;

/**
 * The formats of model files that can be read, told apart by how a file begins.
 *
 * <p>A format is a constant here and a case in each switch.
 */
public enum ModelFormat {
  SAFETENSORS("safetensors"),
  ESP("esp");

  private static final int HEAD = 16;

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

  private boolean begins(ByteBuffer head) {
    return switch (this) {
      case SAFETENSORS -> beginsAsSafetensors(head);
      case ESP -> beginsAsEsp(head);
    };
  }

  /** Reads a model file of this format. */
  Model read(Path file) {
    return switch (this) {
      case ESP -> EspFile.read(file);
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
}
