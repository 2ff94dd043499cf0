package org.espalier.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Checksums of safetensors files, which a fuzzer cannot guess. */
final class SafetensorsForgery {
  private static final String KEY = "\"espalier.crc32c\":\"";
  private static final int DIGITS = 8;

  private SafetensorsForgery() {}

  /** The input with its checksum put right, where there is one. */
  static byte[] summed(byte[] input) {
    var found = new String(input, StandardCharsets.ISO_8859_1).indexOf(KEY);
    var from = found + KEY.length();
    if (found < 0 || input.length - from < DIGITS) {
      return input;
    }
    var bytes = input.clone();
    Arrays.fill(bytes, from, from + DIGITS, (byte) '0');
    var sum = new CRC32C();
    sum.update(bytes);
    var digits = HexFormat.of().toHexDigits((int) sum.getValue());
    System.arraycopy(digits.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, from, DIGITS);
    return bytes;
  }

  /** The file with its checksum under a key that nobody looks for: tensors need none. */
  static byte[] unsummed(byte[] file) {
    var text = new String(file, StandardCharsets.ISO_8859_1);
    return text.replace("espalier.crc32c", "espalier_crc32c").getBytes(StandardCharsets.ISO_8859_1);
  }
}
