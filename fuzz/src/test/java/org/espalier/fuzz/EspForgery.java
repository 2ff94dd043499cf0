package org.espalier.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.espalier.formats.esp.EspFile;

/**
 * Compressed networks with what a fuzzer cannot guess taken out of its way: the header as text
 * behind its length, then the sections; deflating and checksums come in when the file is made.
 */
final class EspForgery {
  private static final int PREAMBLE = 20;
  private static final int MAGIC_AND_VERSION = 12;
  private static final Pattern SECTION =
      Pattern.compile("\"bytes\":(\\d{1,9}),\"crc32c\":\"([0-9a-f]{8})\"");

  private EspForgery() {}

  /** Whether an input gives a compressed network. */
  static boolean recognises(byte[] input) {
    return EspFile.recognises(input);
  }

  /** The input that gives a file. */
  static byte[] opened(byte[] file) {
    var in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    var length = in.getInt(MAGIC_AND_VERSION);
    try (var inflater = new Inflater()) {
      inflater.setInput(file, PREAMBLE, length);
      var text = new byte[ReaderContract.LONGEST];
      var count = inflater.inflate(text);
      var payload = PREAMBLE + length;
      return ByteBuffer.allocate(MAGIC_AND_VERSION + 2 + count + file.length - payload)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(file, 0, MAGIC_AND_VERSION)
          .putShort((short) count)
          .put(text, 0, count)
          .put(file, payload, file.length - payload)
          .array();
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The file of an input, its checksums right; of inputs too short, themselves. */
  static byte[] closed(byte[] input) throws IOException {
    var in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    var start = new byte[MAGIC_AND_VERSION];
    byte[] text;
    try {
      in.get(start);
      text = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
      in.get(text);
    } catch (BufferUnderflowException _) {
      return input;
    }
    var payload = new byte[in.remaining()];
    in.get(payload);
    var header = deflated(summed(text, payload));
    return ByteBuffer.allocate(PREAMBLE + header.length + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(start)
        .putInt(header.length)
        .putInt(checksum(header, 0, header.length))
        .put(header)
        .put(payload)
        .array();
  }

  /** The header with the checksum of each section, as far as its bytes are there. */
  private static byte[] summed(byte[] text, byte[] payload) {
    var summed = text.clone();
    var sections = SECTION.matcher(new String(text, StandardCharsets.ISO_8859_1));
    var at = 0L;
    while (sections.find()) {
      var bytes = Integer.parseInt(sections.group(1));
      if (at + bytes <= payload.length) {
        var sum = HexFormat.of().toHexDigits(checksum(payload, (int) at, bytes));
        var digits = sum.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(digits, 0, summed, sections.start(2), digits.length);
      }
      at += bytes;
    }
    return summed;
  }

  private static byte[] deflated(byte[] text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new Deflater(Deflater.BEST_SPEED);
        var out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(text);
    }
    return bytes.toByteArray();
  }

  private static int checksum(byte[] bytes, int from, int count) {
    var sum = new CRC32C();
    sum.update(bytes, from, count);
    return (int) sum.getValue();
  }
}
