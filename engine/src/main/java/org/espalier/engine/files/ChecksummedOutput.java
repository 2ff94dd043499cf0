package org.espalier.engine.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes little-endian numbers to a file and keeps their CRC-32C, the last four bytes of it. */
public final class ChecksummedOutput {
  private final FileChannel channel;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  public ChecksummedOutput(FileChannel channel) {
    this.channel = channel;
  }

  public void writeBytes(byte[] bytes) throws IOException {
    for (var from = 0; from < bytes.length; ) {
      var count = Math.min(bytes.length - from, room(1));
      buffer.put(bytes, from, count);
      from += count;
    }
  }

  public void writeInt(int value) throws IOException {
    room(Integer.BYTES);
    buffer.putInt(value);
  }

  public void writeLong(long value) throws IOException {
    room(Long.BYTES);
    buffer.putLong(value);
  }

  public void writeDouble(double value) throws IOException {
    writeLong(Double.doubleToRawLongBits(value));
  }

  /** Length in bytes and UTF-8. */
  public void writeText(String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    writeInt(bytes.length);
    writeBytes(bytes);
  }

  public void writeFloats(float[] values) throws IOException {
    for (var from = 0; from < values.length; ) {
      var count = Math.min(values.length - from, room(Float.BYTES) / Float.BYTES);
      buffer.asFloatBuffer().put(values, from, count);
      buffer.position(buffer.position() + count * Float.BYTES);
      from += count;
    }
  }

  /** Writes the checksum of everything before it; nothing may follow. */
  public void finish() throws IOException {
    flush();
    room(Integer.BYTES);
    buffer.putInt((int) checksum.getValue());
    flush();
  }

  /** Bytes that fit the buffer now, at least {@code needed}. */
  private int room(int needed) throws IOException {
    if (buffer.remaining() < needed) {
      flush();
    }
    return buffer.remaining();
  }

  private void flush() throws IOException {
    buffer.flip();
    checksum.update(buffer.duplicate());
    DurableFile.writeFully(channel, buffer);
    buffer.clear();
  }
}
