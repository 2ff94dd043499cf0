package org.espalier.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.espalier.engine.EspalierException;

/**
 * The checksum that safetensors lacks: CRC-32C of the whole file in eight lower-case hexadecimal
 * digits, kept in the metadata of the same file; the digits count as zeros in the sum.
 */
final class FileChecksum {
  static final String KEY = "espalier.crc32c";
  static final String ZEROS = "00000000";

  private static final byte[] ENTRY = ("\"" + KEY + "\":\"").getBytes(StandardCharsets.UTF_8);

  private static final int CHUNK = 1 << 16;

  private FileChecksum() {}

  /** Digits of a sum. */
  static byte[] digits(CRC32C sum) {
    return HexFormat.of().toHexDigits((int) sum.getValue()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Index of the first digit in {@code header}.
   *
   * <p>The entry cannot begin inside a JSON string: its first quote would be escaped there.
   */
  static int position(byte[] header) {
    for (var at = 1; at + ENTRY.length + ZEROS.length() <= header.length; at++) {
      var opens = header[at - 1] == '{' || header[at - 1] == ',';
      if (opens && Arrays.equals(header, at, at + ENTRY.length, ENTRY, 0, ENTRY.length)) {
        return at + ENTRY.length;
      }
    }
    throw new EspalierException("checksum " + KEY + " is not written as Espalier writes it");
  }

  /**
   * Compares the file with the checksum it holds.
   *
   * @param header its header as read
   */
  static void verify(FileChannel file, byte[] header, String expected) throws IOException {
    var zeroed = header.clone();
    var position = position(header);
    Arrays.fill(zeroed, position, position + ZEROS.length(), (byte) '0');
    var sum = new CRC32C();
    sum.update(lengthOf(header));
    sum.update(zeroed);
    var chunk = ByteBuffer.allocate(CHUNK);
    for (var at = (long) Long.BYTES + header.length; file.read(chunk.clear(), at) > 0; ) {
      at += chunk.position();
      sum.update(chunk.flip());
    }
    var found = new String(digits(sum), StandardCharsets.UTF_8);
    if (!found.equals(expected)) {
      throw new EspalierException(
          "checksum "
              + found
              + ", expected "
              + expected
              + ": damaged, or changed by another program");
    }
  }

  /** The eight bytes before a header. */
  static ByteBuffer lengthOf(byte[] header) {
    return ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .flip();
  }
}
