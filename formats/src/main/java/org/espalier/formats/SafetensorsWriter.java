package org.espalier.formats;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.espalier.engine.files.DurableFile;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Collects tensors and writes them as one safetensors file: the same content gives the same bytes.
 *
 * <p>Wider elements come first, so that all data are aligned to their width; otherwise the order is
 * that of the calls. Metadata are sorted by key. The arrays are read when the file is written.
 */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 16; // elements
  private static final int ALIGNMENT = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

  private final List<Content> contents = new ArrayList<>();

  /** Puts elements {@code from} to {@code from + count} into {@code out}. */
  private interface Elements {
    void put(int from, int count, ByteBuffer out);
  }

  private record Content(
      String name, ElementType type, List<Integer> shape, int size, Elements elements) {
    long bytes() {
      return (long) size * type.bytes();
    }
  }

  /** Adds a tensor of F32. */
  public SafetensorsWriter add(String name, List<Integer> shape, float[] values) {
    return add(
        name,
        ElementType.F32,
        shape,
        values.length,
        (from, count, out) -> out.asFloatBuffer().put(values, from, count));
  }

  /** Adds a tensor of I32. */
  public SafetensorsWriter add(String name, List<Integer> shape, int[] values) {
    return add(
        name,
        ElementType.I32,
        shape,
        values.length,
        (from, count, out) -> out.asIntBuffer().put(values, from, count));
  }

  /** Adds a tensor of I64. */
  public SafetensorsWriter add(String name, List<Integer> shape, long[] values) {
    return add(
        name,
        ElementType.I64,
        shape,
        values.length,
        (from, count, out) -> out.asLongBuffer().put(values, from, count));
  }

  /** Adds a tensor of U8. */
  public SafetensorsWriter add(String name, List<Integer> shape, byte[] values) {
    return add(
        name,
        ElementType.U8,
        shape,
        values.length,
        (from, count, out) -> out.duplicate().put(values, from, count));
  }

  /** Adds a tensor of U16. */
  public SafetensorsWriter add(String name, List<Integer> shape, char[] values) {
    return add(
        name,
        ElementType.U16,
        shape,
        values.length,
        (from, count, out) -> out.asCharBuffer().put(values, from, count));
  }

  private SafetensorsWriter add(
      String name, ElementType type, List<Integer> shape, int size, Elements elements) {
    var expected = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (expected != size) {
      throw new IllegalArgumentException(name + ": " + size + " values for shape " + shape);
    }
    if (contents.stream().anyMatch(content -> content.name().equals(name))) {
      throw new IllegalArgumentException("two tensors with the name " + name);
    }
    contents.add(new Content(name, type, List.copyOf(shape), size, elements));
    return this;
  }

  /**
   * Writes the file aside, syncs it and renames it to {@code target}, checksum included.
   *
   * @param metadata free text by key
   */
  public void write(Path target, Map<String, String> metadata) {
    var ordered = new ArrayList<>(contents);
    ordered.sort(Comparator.comparingInt((Content content) -> content.type().bytes()).reversed());
    var header = header(ordered, metadata);
    var sum = new CRC32C();
    stream(ordered, header, sum::update);
    var digits = FileChecksum.digits(sum);
    System.arraycopy(digits, 0, header, FileChecksum.position(header), digits.length);
    DurableFile.write(target, channel -> write(channel, ordered, header));
  }

  private static byte[] header(List<Content> contents, Map<String, String> metadata) {
    var keys = new TreeMap<>(metadata);
    keys.put(FileChecksum.KEY, FileChecksum.ZEROS);
    var text = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeName(SafetensorsHeader.METADATA).writeStartObject();
      keys.forEach((key, value) -> json.writeName(key).writeString(value));
      json.writeEndObject();
      var begin = 0L;
      for (var content : contents) {
        var end = begin + content.bytes();
        json.writeName(content.name()).writeStartObject();
        json.writeName("dtype").writeString(content.type().name());
        json.writeName("shape").writeStartArray();
        content.shape().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeName("data_offsets").writeStartArray();
        json.writeNumber(begin).writeNumber(end).writeEndArray();
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    return padded(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Spaces after the header, as the format allows, so that the data begin aligned. */
  private static byte[] padded(byte[] header) {
    var length = Math.ceilDiv(header.length, ALIGNMENT) * ALIGNMENT;
    var padded = Arrays.copyOf(header, length);
    Arrays.fill(padded, header.length, length, (byte) ' ');
    return padded;
  }

  private interface Sink<E extends Exception> {
    void accept(ByteBuffer bytes) throws E;
  }

  private static void write(FileChannel channel, List<Content> contents, byte[] header)
      throws IOException {
    SafetensorsWriter.<IOException>stream(
        contents, header, bytes -> DurableFile.writeFully(channel, bytes));
  }

  private static <E extends Exception> void stream(
      List<Content> contents, byte[] header, Sink<E> sink) throws E {
    sink.accept(FileChecksum.lengthOf(header));
    sink.accept(ByteBuffer.wrap(header));
    for (var content : contents) {
      var width = content.type().bytes();
      var chunk =
          ByteBuffer.allocate(Math.min(CHUNK, content.size()) * width)
              .order(ByteOrder.LITTLE_ENDIAN);
      var from = 0;
      while (from < content.size()) {
        var count = Math.min(CHUNK, content.size() - from);
        content.elements().put(from, count, chunk.clear());
        sink.accept(chunk.limit(count * width));
        from += count;
      }
    }
  }
}
