package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.formats.numpy.NpyFile;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays in NPY files. */
class NpyFuzzTest {

  static Stream<byte[]> seeds() {
    var matrix =
        Scratch.written(it -> NpyFile.write(it, List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6}));
    return Stream.of(
        matrix,
        changed(matrix, "False", "True "),
        changed(matrix, "<f4", ">i4"),
        Scratch.written(it -> NpyFile.write(it, List.of(), new float[] {1})));
  }

  private static byte[] changed(byte[] file, String what, String into) {
    var text = new String(file, StandardCharsets.ISO_8859_1);
    return text.replace(what, into).getBytes(StandardCharsets.ISO_8859_1);
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("in.npy", input);
    ReaderContract.requireKept(input.length, () -> NpyFile.read(file));
  }
}
