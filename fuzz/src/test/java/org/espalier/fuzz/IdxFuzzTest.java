package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.espalier.data.format.IdxFiles;
import org.junit.jupiter.params.provider.MethodSource;

/** Images and labels in idx files, plain and compressed. */
class IdxFuzzTest {

  private static final List<String> CLASSES = List.of("a", "b", "c");
  private static final byte[] IMAGES =
      ByteBuffer.allocate(16 + 8).putInt(0x803).putInt(2).putInt(2).putInt(2).array();
  private static final byte[] LABELS =
      ByteBuffer.allocate(8 + 2).putInt(0x801).putInt(2).put(new byte[] {0, 2}).array();

  static Stream<byte[]> seeds() throws IOException {
    return Stream.of(IMAGES, LABELS, compressed(IMAGES));
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    read(input, LABELS, false);
    read(IMAGES, input, false);
    read(input, LABELS, true);
  }

  /** The files of both splits; the test split is as it should be. */
  private static void read(byte[] images, byte[] labels, boolean compressed) throws IOException {
    var folder = Scratch.file("idx");
    Files.createDirectories(folder);
    var names = IdxFiles.NAMES.stream().map(it -> Scratch.file("idx/" + it)).toList();
    var other = Scratch.file("idx/" + IdxFiles.NAMES.getFirst() + ".gz");
    Files.deleteIfExists(compressed ? names.getFirst() : other);
    Files.write(compressed ? other : names.getFirst(), images);
    Files.write(names.get(1), labels);
    Files.write(names.get(2), IMAGES);
    Files.write(names.get(3), LABELS);
    ReaderContract.requireKept(
        images.length + labels.length, () -> IdxFiles.read("idx", folder, CLASSES));
  }
}
