package org.espalier.data.format;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.espalier.engine.EspalierException;

/** Opens a file, hands its content to a reader and turns every way to fail into one clear line. */
final class CheckedInput {
  private static final int BUFFER = 1 << 16;

  /** Deflate cannot shrink data further than this (zlib's documentation). */
  private static final int MOST_EXPANSION = 1032;

  private CheckedInput() {}

  /** Reads a whole file. */
  interface Reader<T> {
    /**
     * Reads everything there is.
     *
     * @param limit the most bytes the content can have, judged by the size of the file
     */
    T read(DataInputStream in, long limit) throws IOException;
  }

  /**
   * What {@code reader} makes of {@code file}, decompressed if it ends in {@code .gz}. The reader
   * has to consume everything: trailing bytes are an error, and only the end of the stream brings
   * the checksum of a compressed file.
   */
  static <T> T read(Path file, Reader<T> reader) {
    var compressed = file.toString().endsWith(".gz");
    try (var raw = Files.newInputStream(file);
        var in = new DataInputStream(open(raw, compressed))) {
      var limit = Files.size(file) * (compressed ? MOST_EXPANSION : 1);
      var result = reader.read(in, limit);
      if (in.read() >= 0) {
        throw new EspalierException(
            file + ": more bytes than its header announces, expected the end of the file");
      }
      return result;
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Names what went wrong with {@code file} in the user's words. */
  static EspalierException failure(Path file, IOException e) {
    var what =
        switch (e) {
          case NoSuchFileException _ -> "no such file";
          case AccessDeniedException _ -> "no permission to read it";
          case EOFException _ -> "ends too early, the file is truncated";
          case ZipException _ -> "damaged (" + e.getMessage() + "), expected intact gzip data";
          default -> "cannot be read (" + e.getMessage() + ")";
        };
    return new EspalierException(file + ": " + what, e);
  }

  /** Unsigned label bytes, each checked to be a class. */
  static int[] labels(Path file, byte[] bytes, int classes) {
    var labels = new int[bytes.length];
    for (var i = 0; i < labels.length; i++) {
      labels[i] = label(file, i, bytes[i], classes);
    }
    return labels;
  }

  static int label(Path file, int index, byte value, int classes) {
    var label = value & 0xFF;
    if (label >= classes) {
      throw new EspalierException(
          "%s: label %d of sample %d, expected 0 to %d".formatted(file, label, index, classes - 1));
    }
    return label;
  }

  private static InputStream open(InputStream raw, boolean compressed) throws IOException {
    var buffered = new BufferedInputStream(raw, BUFFER);
    return compressed ? new GZIPInputStream(buffered, BUFFER) : buffered;
  }
}
