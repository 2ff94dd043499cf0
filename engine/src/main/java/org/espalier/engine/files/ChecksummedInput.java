package org.espalier.engine.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads what {@link ChecksummedOutput} wrote.
 *
 * <p>Nothing is allocated before the file is known to hold that many bytes; reading beyond its end
 * is an {@link EOFException}.
 */
public final class ChecksummedInput {
  private final FileChannel channel;
  private final long end; // of the data; the checksum follows
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  public ChecksummedInput(FileChannel channel) throws IOException {
    this.channel = channel;
    this.end = Math.max(0, channel.size() - Integer.BYTES);
  }

  /** Whether the file ends with the checksum of everything before it; starts again from its top. */
  public boolean intact() throws IOException {
    var checksum = new CRC32C();
    rewind();
    while (remaining() > 0) {
      fill(1);
      checksum.update(buffer);
    }
    var stored = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (stored.hasRemaining() && channel.read(stored, end + stored.position()) >= 0) {
      // A read may stop early.
    }
    rewind();
    return !stored.hasRemaining() && stored.getInt(0) == (int) checksum.getValue();
  }

  /** Bytes left before the checksum. */
  public long remaining() throws IOException {
    return end - channel.position() + buffer.remaining();
  }

  public byte[] readBytes(int count) throws IOException {
    require(count);
    var bytes = new byte[count];
    for (var from = 0; from < count; ) {
      fill(1);
      var chunk = Math.min(count - from, buffer.remaining());
      buffer.get(bytes, from, chunk);
      from += chunk;
    }
    return bytes;
  }

  public int readInt() throws IOException {
    fill(Integer.BYTES);
    return buffer.getInt();
  }

  public long readLong() throws IOException {
    fill(Long.BYTES);
    return buffer.getLong();
  }

  public double readDouble() throws IOException {
    return Double.longBitsToDouble(readLong());
  }

  public String readText() throws IOException {
    return new String(readBytes(readInt()), StandardCharsets.UTF_8);
  }

  public float[] readFloats(int count) throws IOException {
    require((long) count * Float.BYTES);
    var values = new float[count];
    for (var from = 0; from < count; ) {
      fill(Float.BYTES);
      var chunk = Math.min(count - from, buffer.remaining() / Float.BYTES);
      buffer.asFloatBuffer().get(values, from, chunk);
      buffer.position(buffer.position() + chunk * Float.BYTES);
      from += chunk;
    }
    return values;
  }

  /** Makes sure that {@code count} more bytes are there, before anything of that size is made. */
  public void require(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new EOFException(count + " bytes expected where " + remaining() + " are left");
    }
  }

  private void rewind() throws IOException {
    channel.position(0);
    buffer.limit(0);
  }

  /** Has at least {@code needed} bytes in the buffer. */
  private void fill(int needed) throws IOException {
    if (buffer.remaining() >= needed) {
      return;
    }
    require(needed);
    buffer.compact();
    var room = (int) Math.min(buffer.remaining(), end - channel.position());
    buffer.limit(buffer.position() + room);
    while (buffer.position() < needed && channel.read(buffer) >= 0) {
      // A read may stop early.
    }
    buffer.flip();
    if (buffer.remaining() < needed) {
      throw new EOFException("the file became shorter while it was read");
    }
  }
}
