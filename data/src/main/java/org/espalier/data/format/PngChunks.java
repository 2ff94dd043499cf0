package org.espalier.data.format;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.espalier.engine.EspalierException;

/**
 * The frame of a PNG file: a signature, then chunks of length, type, content and checksum up to
 * IEND (PNG specification, section 5). The decoder of the JDK looks at neither checksums nor IEND.
 */
final class PngChunks {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int END = 0x49454E44; // "IEND"
  private static final int FRAME = 12; // length, type, checksum
  private static final int COLOUR_TYPE = 25; // signature, frame, width, height and depth before it

  private PngChunks() {}

  static boolean isPng(byte[] bytes) {
    return bytes.length >= 8 && ByteBuffer.wrap(bytes).getLong() == SIGNATURE;
  }

  /** Whether the samples of a file that could be decoded are grey, of however many bits. */
  static boolean isGrey(byte[] bytes) {
    return (bytes[COLOUR_TYPE] & 2) == 0;
  }

  /** Walks all chunks and compares their checksums. */
  static void check(Path file, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var type = 0;
    for (var at = 8; type != END; ) {
      if (bytes.length - at < FRAME) {
        throw new EspalierException(
            "%s: ends too early, %d bytes after a chunk; expected IEND"
                .formatted(file, bytes.length - at));
      }
      var length = in.getInt(at);
      if (length < 0 || length > bytes.length - at - FRAME) {
        throw new EspalierException(
            "%s: chunk of %d bytes at byte %d, expected at most the %d that follow"
                .formatted(file, length & 0xFFFFFFFFL, at, bytes.length - at - FRAME));
      }
      var checksum = new CRC32();
      checksum.update(bytes, at + 4, length + 4);
      if ((int) checksum.getValue() != in.getInt(at + 8 + length)) {
        throw new EspalierException(
            "%s: damaged, the checksum of the chunk at byte %d differs".formatted(file, at));
      }
      type = in.getInt(at + 4);
      at += length + FRAME;
    }
  }
}
