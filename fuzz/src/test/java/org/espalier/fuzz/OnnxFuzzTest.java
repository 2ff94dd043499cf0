package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.formats.onnx.OnnxFile;
import org.espalier.formats.onnx.proto.ModelProto;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks in ONNX files, byte by byte. */
class OnnxFuzzTest {

  static Stream<byte[]> seeds() {
    var model = SmallModel.MODEL;
    var ours =
        Arrays.stream(OnnxFile.Weights.values())
            .map(
                weights ->
                    Scratch.written(
                        it ->
                            OnnxFile.write(
                                it,
                                model.network(),
                                model.parameters(),
                                weights,
                                Map.of("a", "b"))));
    return Stream.concat(ours, OnnxSeeds.all().map(ModelProto::toByteArray));
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("in.onnx", input);
    ReaderContract.requireKept(input.length, () -> OnnxFile.read(file));
  }
}
