package org.espalier.fuzz;

import java.io.IOException;
import org.espalier.formats.ModelFile;
import org.espalier.formats.esp.EspFile;
import org.espalier.formats.onnx.OnnxFile;
import org.espalier.formats.onnx.proto.ModelProto;
import org.espalier.formats.runtime.Predictor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A seed that is refused teaches the fuzzer nothing. */
class SeedsTest {

  @ParameterizedTest
  @MethodSource("org.espalier.fuzz.OnnxSeeds#all")
  void everyGraphIsANetwork(ModelProto model) throws IOException {
    OnnxFile.read(Scratch.file("seed.onnx", model.toByteArray()));
  }

  @ParameterizedTest
  @MethodSource("org.espalier.fuzz.ModelFileFuzzTest#seeds")
  void everyModelFileIsRead(byte[] seed) throws IOException {
    ModelFile.read(Scratch.file("seed.safetensors", SafetensorsForgery.summed(seed)));
  }

  @ParameterizedTest
  @MethodSource("org.espalier.fuzz.EspFuzzTest#seeds")
  void everyCompressedNetworkIsRead(byte[] seed) throws IOException {
    EspFile.read(Scratch.file("seed.esp", EspForgery.closed(seed)));
  }

  @ParameterizedTest
  @MethodSource("org.espalier.fuzz.PredictorFuzzTest#seeds")
  void everyModelIsLoaded(byte[] seed) throws IOException {
    Predictor.load(PredictorFuzzTest.file(seed)).close();
  }
}
