package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.formats.ModelFile;
import org.junit.jupiter.params.provider.MethodSource;

/** Models in safetensors files whose checksums are right, in all their storages. */
class ModelFileFuzzTest {

  static Stream<byte[]> seeds() {
    var model = SmallModel.MODEL;
    return Stream.of(
        Scratch.written(it -> ModelFile.write(it, model.network(), model.parameters(), Map.of())),
        Scratch.written(
            it -> ModelFile.writeBitmask(it, model.network(), model.parameters(), Map.of())));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readAndWritten(byte[] input) throws IOException {
    var file = Scratch.file("in.safetensors", SafetensorsForgery.summed(input));
    ReaderContract.requireKept(
        input.length,
        () -> {
          var model = ModelFile.read(file);
          var again = Scratch.file("out.safetensors");
          ModelFile.write(again, model.network(), model.parameters(), Map.of());
          SmallModel.requireSame(model, ModelFile.read(again));
        });
  }
}
