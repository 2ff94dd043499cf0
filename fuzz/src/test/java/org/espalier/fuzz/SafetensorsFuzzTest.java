package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.formats.ModelFile;
import org.espalier.formats.SafetensorsFile;
import org.espalier.formats.StateDict;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors in safetensors files, dense and as bitmasks. */
class SafetensorsFuzzTest {

  static Stream<byte[]> seeds() {
    var model = SmallModel.MODEL;
    return Stream.<byte[]>of(
            Scratch.written(
                it -> ModelFile.writeDense(it, model.network(), model.parameters(), Map.of())),
            Scratch.written(
                it -> ModelFile.writeBitmask(it, model.network(), model.parameters(), Map.of())))
        .map(SafetensorsForgery::unsummed);
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("in.safetensors", input);
    ReaderContract.requireKept(input.length, () -> SafetensorsFile.read(file));
    ReaderContract.requireKept(input.length, () -> StateDict.read(file));
  }
}
