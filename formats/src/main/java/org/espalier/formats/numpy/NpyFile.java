package org.espalier.formats.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.Tensor;

/**
 * One array in NumPy's format (NEP 1), versions 1 to 3: read as floats whatever numbers it holds,
 * in whatever order of bytes and axes; written as 32-bit floats.
 */
public final class NpyFile {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int LONGEST_HEADER = 1 << 20;
  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 1 << 16; // elements

  private NpyFile() {}

  /** Whether a file begins as one of these. */
  public static boolean recognises(Path file) {
    return begins(file, MAGIC);
  }

  static boolean begins(Path file, byte[] magic) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(magic.length), magic);
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    }
  }

  /**
   * Reads an array.
   *
   * @throws EspalierException of one line that begins with the name of the file
   */
  public static Tensor read(Path path) {
    try (var in = Files.newInputStream(path)) {
      return read(in, Files.size(path));
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    } catch (EspalierException e) {
      throw new EspalierException(path + ": " + e.getMessage(), e);
    }
  }

  /** Writes an array, row-major: the same values give the same bytes. */
  public static void write(Path target, List<Integer> shape, float[] values) {
    DurableFile.write(
        target,
        channel -> {
          var stream = Channels.newOutputStream(channel);
          write(stream, shape, values);
          stream.flush();
        });
  }

  /**
   * Reads an array that takes exactly {@code bytes}, header included.
   *
   * @throws EspalierException without the name of the file
   */
  static Tensor read(InputStream in, long bytes) throws IOException {
    var magic = ByteBuffer.wrap(MAGIC);
    var start = exactly(in, 8);
    var version = start.get(6);
    if (!start.slice(0, MAGIC.length).equals(magic) || version < 1 || version > 3) {
      throw new EspalierException("does not begin as an NPY array of version 1 to 3");
    }
    var wide = version > 1;
    var length = wide ? exactly(in, 4).getInt() : exactly(in, 2).getShort() & 0xFFFF;
    if (length < 0 || length > LONGEST_HEADER) {
      throw new EspalierException(
          "header of " + Integer.toUnsignedString(length) + " bytes, expected at most 2²⁰");
    }
    var text = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    var header = NpyHeader.parse(text.decode(exactly(in, length)).toString());
    var data = bytes - 8 - (wide ? 4 : 2) - length;
    if (header.size() > data / header.bytes() || header.size() * header.bytes() != data) {
      throw new EspalierException(
          "%d bytes of data, expected %d numbers of %d bytes for shape %s"
              .formatted(data, header.size(), header.bytes(), header.shape()));
    }
    return new Tensor(header.shape(), values(in, header));
  }

  private static float[] values(InputStream in, NpyHeader header) throws IOException {
    if (header.size() > Integer.MAX_VALUE - 8) {
      throw new EspalierException(header.size() + " elements, expected fewer than 2³¹");
    }
    var values = new float[(int) header.size()];
    var from = 0;
    while (from < values.length) {
      var count = Math.min(CHUNK, values.length - from);
      var chunk = exactly(in, count * header.bytes()).order(header.order());
      for (var i = 0; i < count; i++) {
        values[from + i] = next(header, chunk);
      }
      from += count;
    }
    return header.fortran() ? rowMajor(values, header.shape()) : values;
  }

  private static float next(NpyHeader header, ByteBuffer in) {
    var signed = header.kind() == 'i';
    return switch (header.bytes()) {
      case 1 -> signed ? in.get() : in.get() & 0xFF;
      case 2 ->
          header.kind() == 'f'
              ? Float.float16ToFloat(in.getShort())
              : signed ? in.getShort() : in.getShort() & 0xFFFF;
      case 4 ->
          header.kind() == 'f' ? in.getFloat() : signed ? in.getInt() : in.getInt() & 0xFFFFFFFFL;
      default -> wide(header.kind(), in);
    };
  }

  private static float wide(char kind, ByteBuffer in) {
    if (kind == 'f') {
      return (float) in.getDouble();
    }
    var bits = in.getLong();
    // Halving keeps the lowest bit, so that rounding to float sees it.
    return kind == 'i' || bits >= 0 ? bits : 2 * (float) ((bits >>> 1) | (bits & 1));
  }

  /** The last axis fastest instead of the first. */
  private static float[] rowMajor(float[] values, List<Integer> shape) {
    var result = new float[values.length];
    var index = new int[shape.size()];
    for (var value : values) {
      var at = 0;
      for (var axis = 0; axis < index.length; axis++) {
        at = at * shape.get(axis) + index[axis];
      }
      result[at] = value;
      for (var axis = 0; axis < index.length && ++index[axis] == shape.get(axis); axis++) {
        index[axis] = 0;
      }
    }
    return result;
  }

  private static ByteBuffer exactly(InputStream in, int bytes) throws IOException {
    var read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw new EspalierException("ends too early: truncated");
    }
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Bytes of an array as {@link #write} puts it. */
  static long size(List<Integer> shape, float[] values) {
    return header(shape).length + (long) Float.BYTES * values.length;
  }

  static void write(OutputStream out, List<Integer> shape, float[] values) throws IOException {
    var size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(values.length + " values for shape " + shape);
    }
    out.write(header(shape));
    var chunk =
        ByteBuffer.allocate(Float.BYTES * Math.min(CHUNK, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    var from = 0;
    while (from < values.length) {
      var count = Math.min(CHUNK, values.length - from);
      chunk.asFloatBuffer().put(values, from, count);
      out.write(chunk.array(), 0, Float.BYTES * count);
      from += count;
    }
  }

  /** Version 1, padded with blanks so that the data begin aligned, as NumPy does. */
  private static byte[] header(List<Integer> shape) {
    var text = NpyHeader.write(shape);
    var prefix = MAGIC.length + 4;
    var length = Math.ceilDiv(prefix + text.length() + 1, ALIGNMENT) * ALIGNMENT;
    var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - prefix));
    bytes.put(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    return bytes.put((byte) '\n').array();
  }
}
