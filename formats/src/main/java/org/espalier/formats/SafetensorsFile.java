package org.espalier.formats;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;

/**
 * A safetensors file open for reading: eight bytes with the length of the header, a JSON header,
 * the data.
 *
 * <p>Everything is checked before it is handed out, and nothing is allocated that the file does not
 * really hold; tensors are mapped into memory, so that files of any size can be read, tensor by
 * tensor. A checksum is verified where the file has one. Every failure is an {@link
 * EspalierException} of one line that begins with the name of the file.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final Arena arena;
  private final MemorySegment data;

  private SafetensorsFile(
      Path path, FileChannel channel, SafetensorsHeader header, Arena arena, MemorySegment data) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.arena = arena;
    this.data = data;
  }

  /** Opens a file and checks its header, its layout and, where it has one, its checksum. */
  public static SafetensorsFile open(Path path) {
    try {
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return checked(path, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    } catch (EspalierException e) {
      throw new EspalierException(path + ": " + e.getMessage(), e);
    }
  }

  /** All tensors of a file as floats, in the order of their data. */
  public static Map<String, Tensor> read(Path path) {
    try (var file = open(path)) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var info : file.tensors().values()) {
        tensors.put(info.name(), new Tensor(info.shape(), file.floats(info.name())));
      }
      return tensors;
    }
  }

  private static SafetensorsFile checked(Path path, FileChannel channel) throws IOException {
    var size = channel.size();
    if (size < Long.BYTES) {
      throw new EspalierException(size + " bytes, expected a safetensors file of at least 8");
    }
    var length = read(channel, 0, Long.BYTES).getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES || length > size - Long.BYTES) {
      throw new EspalierException(
          "header of "
              + Long.toUnsignedString(length)
              + " bytes, expected at most "
              + Math.min(SafetensorsHeader.MAX_BYTES, size - Long.BYTES)
              + ": truncated or not a safetensors file");
    }
    var bytes = read(channel, Long.BYTES, (int) length).array();
    var dataStart = Long.BYTES + length;
    var header = SafetensorsHeader.parse(bytes, size - dataStart);
    var checksum = header.metadata().get(FileChecksum.KEY);
    if (checksum != null) {
      FileChecksum.verify(channel, bytes, checksum);
    }
    var arena = Arena.ofShared();
    var data = channel.map(FileChannel.MapMode.READ_ONLY, dataStart, size - dataStart, arena);
    return new SafetensorsFile(path, channel, header, arena, data);
  }

  /** Free text by key, as the file has it. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** What the file holds, by name, in the order of the data. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /** The tensor of that name and shape, or an error that says what the file has instead. */
  TensorInfo tensor(String name, List<Integer> shape) {
    var info = header.tensors().get(name);
    if (info == null) {
      throw error("tensor " + name + " is missing, expected shape " + shape);
    }
    if (!info.shape().equals(shape)) {
      throw error("tensor " + name + ": shape " + info.shape() + ", expected " + shape);
    }
    return info;
  }

  /** The values of a tensor, row-major, as the nearest floats. */
  public float[] floats(String name) {
    var info = info(name);
    var values = new float[length(info)];
    read(
        info,
        (from, count, in) -> {
          if (info.type() == ElementType.F32) {
            in.asFloatBuffer().get(values, from, count);
            return;
          }
          for (var i = from; i < from + count; i++) {
            values[i] = info.type().nextFloat(in);
          }
        });
    return values;
  }

  /** The values of a tensor of integers, each of which must be in [0, 2³¹). */
  public int[] naturals(String name) {
    var info = info(name);
    switch (info.type()) {
      case U8, I8, U16, I16, U32, I32, I64 -> {}
      default ->
          throw error("tensor " + name + ": dtype " + info.type() + ", expected an integer type");
    }
    var values = new int[length(info)];
    read(
        info,
        (from, count, in) -> {
          for (var i = from; i < from + count; i++) {
            var value = info.type().nextLong(in);
            if (value < 0 || value > Integer.MAX_VALUE) {
              throw error(
                  "tensor "
                      + name
                      + ": element "
                      + i
                      + " is "
                      + value
                      + ", expected 0 to "
                      + Integer.MAX_VALUE);
            }
            values[i] = (int) value;
          }
        });
    return values;
  }

  /** The bytes of a tensor of U8 or BOOL. */
  byte[] bytes(String name) {
    var info = info(name);
    if (info.type().bytes() != 1) {
      throw error("tensor " + name + ": dtype " + info.type() + ", expected U8");
    }
    var values = new byte[length(info)];
    read(info, (from, count, in) -> in.get(values, from, count));
    return values;
  }

  /** An error of this file. */
  EspalierException error(String message) {
    return new EspalierException(path + ": " + message);
  }

  /** An error of this file. */
  EspalierException error(String message, Throwable cause) {
    return new EspalierException(path + ": " + message, cause);
  }

  @Override
  public void close() {
    arena.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    }
  }

  private TensorInfo info(String name) {
    var info = header.tensors().get(name);
    if (info == null) {
      throw error("tensor " + name + " is missing");
    }
    return info;
  }

  private int length(TensorInfo info) {
    if (info.size() > Integer.MAX_VALUE - 8) {
      throw error(
          "tensor " + info.name() + ": " + info.size() + " elements, expected less than 2^31");
    }
    return (int) info.size();
  }

  /** Takes {@code count} elements from {@code in}, the first of which is number {@code from}. */
  private interface Elements {
    void take(int from, int count, ByteBuffer in);
  }

  private void read(TensorInfo info, Elements elements) {
    var width = info.type().bytes();
    var size = length(info);
    try {
      var from = 0;
      while (from < size) {
        var count = Math.min(CHUNK, size - from);
        var part = data.asSlice(info.begin() + (long) from * width, (long) count * width);
        elements.take(from, count, part.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        from += count;
      }
    } catch (InternalError e) { // so Java tells that a mapped page is gone
      throw new EspalierException(
          "cannot read " + path + ": the file became shorter while it was read", e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }
}
