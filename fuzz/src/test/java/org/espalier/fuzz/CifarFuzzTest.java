package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.format.CifarFiles;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of CIFAR. */
class CifarFuzzTest {

  private static final int PIXELS = 3 * 32 * 32;
  private static final List<CifarFiles> LAYOUTS =
      List.of(
          new CifarFiles("cifar", 1, List.of("train.bin"), "test.bin", List.of("a", "b")),
          new CifarFiles("cifar", 2, List.of("train.bin"), "test.bin", List.of("a", "b")));

  static Stream<byte[]> seeds() {
    return Stream.of(new byte[1 + PIXELS], new byte[2 * (2 + PIXELS)]);
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var folder = Scratch.file("cifar");
    Files.createDirectories(folder);
    for (var layout : LAYOUTS) {
      Scratch.file("cifar/train.bin", input);
      Scratch.file("cifar/test.bin", new byte[layout.labelBytes() + PIXELS]);
      ReaderContract.requireKept(input.length, () -> layout.read("cifar", folder));
    }
  }
}
