package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.IOException;
import java.util.stream.Stream;
import org.espalier.formats.onnx.OnnxFile;
import org.espalier.formats.onnx.proto.ModelProto;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks in ONNX files whose messages are well-formed: the fuzzer changes fields, not bytes. */
class OnnxGraphFuzzTest {

  static Stream<ModelProto> seeds() {
    return OnnxSeeds.all();
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(@NotNull ModelProto model) throws IOException {
    var bytes = model.toByteArray();
    if (bytes.length > ReaderContract.LONGEST) {
      return;
    }
    var file = Scratch.file("in.onnx", bytes);
    ReaderContract.requireKept(bytes.length, () -> OnnxFile.read(file));
  }
}
