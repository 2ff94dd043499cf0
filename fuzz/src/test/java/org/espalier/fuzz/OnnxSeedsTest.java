package org.espalier.fuzz;

import java.io.IOException;
import org.espalier.formats.onnx.OnnxFile;
import org.espalier.formats.onnx.proto.ModelProto;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A seed that is refused teaches the fuzzer nothing. */
class OnnxSeedsTest {

  @ParameterizedTest
  @MethodSource("org.espalier.fuzz.OnnxSeeds#all")
  void everySeedIsANetwork(ModelProto model) throws IOException {
    OnnxFile.read(Scratch.file("seed.onnx", model.toByteArray()));
  }
}
