package org.espalier.data.catalog;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;

/**
 * Takes files out of a gzip-compressed tar archive (POSIX ustar): blocks of 512 bytes, one that
 * describes an entry, then its content.
 *
 * <p>Only regular files that were asked for by name are written, so no entry can reach outside the
 * target folder.
 */
final class TarArchive {
  private static final int BLOCK = 512;

  private TarArchive() {}

  /** Writes the entries {@code folder/name} for all {@code names} into {@code target}. */
  static void extract(Path archive, String folder, List<String> names, Path target) {
    var wanted = new HashSet<>(names);
    try (var raw = Files.newInputStream(archive);
        var in = new DataInputStream(new GZIPInputStream(new BufferedInputStream(raw), 1 << 16))) {
      Files.createDirectories(target);
      var header = new byte[BLOCK];
      while (!wanted.isEmpty() && readHeader(archive, in, header)) {
        var size = octal(archive, header, 124, 12);
        var name = withoutPrefix(text(header, 0, 100), folder);
        if (isRegular(header) && wanted.remove(name)) {
          DurableFile.write(
              target.resolve(name),
              channel -> copy(in, size, bytes -> DurableFile.writeFully(channel, bytes)));
        } else {
          copy(in, size, _ -> {});
        }
        in.skipNBytes(-size & (BLOCK - 1));
      }
    } catch (IOException e) {
      throw new EspalierException(
          archive + ": damaged (" + DurableFile.reason(e) + "), expected a tar.gz archive", e);
    }
    if (!wanted.isEmpty()) {
      var missing = new ArrayList<>(wanted);
      missing.sort(null);
      throw new EspalierException(archive + ": has no " + missing + " in " + folder);
    }
  }

  private interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private static void copy(InputStream in, long size, Sink sink) throws IOException {
    var buffer = new byte[1 << 16];
    for (var left = size; left > 0; ) {
      var n = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
      if (n == 0) {
        throw new IOException("ends within an entry");
      }
      sink.accept(ByteBuffer.wrap(buffer, 0, n));
      left -= n;
    }
  }

  /** Reads the next header; false at the block of zeros that ends an archive. */
  private static boolean readHeader(Path archive, DataInputStream in, byte[] header)
      throws IOException {
    in.readFully(header);
    var sum = 8 * ' '; // the checksum counts itself as blanks
    var zeros = true;
    for (var i = 0; i < BLOCK; i++) {
      zeros &= header[i] == 0;
      sum += i >= 148 && i < 156 ? 0 : header[i] & 0xFF;
    }
    if (!zeros && octal(archive, header, 148, 8) != sum) {
      throw new EspalierException(
          "%s: tar header with checksum %s, expected %o"
              .formatted(archive, text(header, 148, 8).strip(), sum));
    }
    return !zeros;
  }

  private static boolean isRegular(byte[] header) {
    return header[156] == '0' || header[156] == 0;
  }

  private static String withoutPrefix(String path, String folder) {
    var plain = path.startsWith("./") ? path.substring(2) : path;
    return plain.startsWith(folder + "/") ? plain.substring(folder.length() + 1) : "";
  }

  private static long octal(Path archive, byte[] header, int from, int length) {
    var digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new EspalierException(
          "%s: tar header with number '%s', expected octal digits".formatted(archive, digits));
    }
    return Long.parseLong(digits, 8);
  }

  private static String text(byte[] header, int from, int length) {
    var end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
  }
}
