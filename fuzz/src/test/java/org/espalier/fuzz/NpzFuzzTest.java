package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.formats.StateDict;
import org.espalier.formats.Tensor;
import org.espalier.formats.numpy.NpyFile;
import org.espalier.formats.numpy.NpzFile;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays in NPZ archives. */
class NpzFuzzTest {

  static Stream<byte[]> seeds() throws IOException {
    var tensor = new Tensor(List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
    return Stream.of(
        Scratch.written(it -> NpzFile.write(it, Map.of("fc.weight", tensor))), compressed(tensor));
  }

  private static byte[] compressed(Tensor tensor) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("fc.weight.npy"));
      zip.write(Scratch.written(it -> NpyFile.write(it, tensor.shape(), tensor.values())));
    }
    return bytes.toByteArray();
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("in.npz", input);
    ReaderContract.requireKept(input.length, () -> NpzFile.read(file));
    ReaderContract.requireKept(input.length, () -> StateDict.read(file));
  }
}
