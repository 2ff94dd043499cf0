package org.espalier.formats.esp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.espalier.engine.EspalierException;

/** The first bytes of a compressed file: what it is, and how long its header is. */
record Preamble(int headerBytes, int headerChecksum) {
  static final int BYTES = 20;

  private static final int VERSION = 2;

  /** Not text, and broken by whatever changes line ends or the highest bit. */
  private static final byte[] MAGIC = {(byte) 0xAE, 'E', 'S', 'P', '\r', '\n', 0x1A, '\n'};

  static boolean recognises(byte[] beginning) {
    return beginning.length >= MAGIC.length
        && Arrays.equals(MAGIC, 0, MAGIC.length, beginning, 0, MAGIC.length);
  }

  static Preamble of(byte[] header) {
    return new Preamble(header.length, EncodedSection.checksum(header));
  }

  ByteBuffer bytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(VERSION)
        .putInt(headerBytes)
        .putInt(headerChecksum)
        .flip();
  }

  /**
   * Reads a preamble.
   *
   * @param size of the file, or the most it can be
   * @throws EspalierException without the name of the file
   */
  static Preamble read(byte[] beginning, long size) {
    if (!recognises(beginning)) {
      throw new EspalierException("not a compressed network: expected .esp");
    }
    if (beginning.length < BYTES) {
      throw new EspalierException(beginning.length + " bytes, expected at least " + BYTES);
    }
    var fields = ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
    var version = fields.getInt();
    if (version != VERSION) {
      throw new EspalierException("version " + version + ", expected " + VERSION);
    }
    var length = fields.getInt();
    var most = Math.min(EspHeader.MOST_BYTES, size - BYTES);
    if (length < 0 || length > most) {
      throw new EspalierException(
          "header of %d bytes, expected at most %d: truncated or damaged"
              .formatted(Integer.toUnsignedLong(length), most));
    }
    return new Preamble(length, fields.getInt());
  }

  /** Reads the header that follows. */
  EspHeader header(byte[] deflated) {
    if (EncodedSection.checksum(deflated) != headerChecksum) {
      throw new EspalierException("the checksum of the header is not right: damaged");
    }
    return EspHeader.inflated(deflated);
  }
}
