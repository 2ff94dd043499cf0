package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.ModelMetadata;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.onnx.OnnxFile;
import org.espalier.formats.runtime.Predictor;
import org.junit.jupiter.params.provider.MethodSource;

/** Model files of all formats, read and used by a program that wants predictions alone. */
class PredictorFuzzTest {

  /** Larger activations are what the network asks for, not the file. */
  private static final int MOST_ACTIVATIONS = 1 << 16;

  private static final Predictor.Options OPTIONS = new Predictor.Options(1, 4, 1);

  static Stream<byte[]> seeds() {
    var metadata =
        ModelMetadata.of(
            List.of("a", "b", "c", "d"),
            Normalisation.of(new float[] {0.5f, 0}, new float[] {0.25f, 1}));
    var model = new Model(SmallModel.NETWORK, SmallModel.MODEL.parameters(), metadata);
    return Stream.of(
        Scratch.written(it -> ModelFile.write(it, model.network(), model.parameters(), metadata)),
        EspForgery.opened(Scratch.written(EspContents.of(model, new Coding.Half())::write)),
        Scratch.written(
            it ->
                OnnxFile.write(
                    it, model.network(), model.parameters(), OnnxFile.Weights.DENSE, metadata)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void loadedAndUsed(byte[] input) throws IOException {
    var file = file(input);
    ReaderContract.requireKept(
        input.length,
        () -> {
          try (var predictor = Predictor.load(file, OPTIONS)) {
            if (activations(predictor.network()) <= MOST_ACTIVATIONS) {
              predictor.predict(new float[predictor.input().size()]);
            }
          }
        });
  }

  /** The model file of an input, its checksums right. */
  static Path file(byte[] input) throws IOException {
    var bytes =
        EspForgery.recognises(input) ? EspForgery.closed(input) : SafetensorsForgery.summed(input);
    return Scratch.file("in.model", bytes);
  }

  private static long activations(Network network) {
    return network.shapes().values().stream().mapToLong(PredictorFuzzTest::size).sum();
  }

  private static long size(Shape shape) {
    return (long) shape.channels() * shape.height() * shape.width();
  }
}
