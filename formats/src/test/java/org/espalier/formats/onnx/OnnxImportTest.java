package org.espalier.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.ExactZeros;
import org.espalier.formats.onnx.OnnxFile.Weights;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that we wrote, and one that others did. */
class OnnxImportTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "resnet-20, 3x32x32, DENSE",
    "resnet-20:shortcut=pad, 3x32x32, SPARSE",
    "vgg-16-bn, 3x32x32, SPARSE",
    "mobilenet-v1, 3x32x32, DENSE",
    "wrn-16-1:dropout=0.3, 3x32x32, DENSE",
    "lenet-5, 1x28x28, SPARSE",
    "lenet-300-100, 1x28x28, DENSE"
  })
  void exportedModelsComeBackBitForBit(String model, String input, Weights weights) {
    var extents = List.of(input.split("x", -1)).stream().mapToInt(Integer::parseInt).toArray();
    var network = Models.named(model, new Shape(extents[0], extents[1], extents[2]), 10);
    var parameters = random(network);
    var file = folder.resolve("model.onnx");
    OnnxFile.write(file, network, parameters, weights, Map.of("classes", "a"));

    var read = OnnxFile.read(file);

    var batch = Logits.random(2 * network.input().size());
    assertThat(Logits.ours(read.network(), read.parameters(), batch))
        .as("%s, seed %d", model, Logits.SEED)
        .isEqualTo(Logits.ours(network, parameters, batch));
    assertThat(read.metadata()).containsEntry("classes", "a").containsEntry("onnx.operators", "17");
    if (!model.contains("dropout")) { // which is not exported
      assertThat(NetworkText.write(read.network())).isEqualTo(NetworkText.write(network));
    }
  }

  @Test
  void sparseInitializersAndExactZerosAreStoredSparse() {
    var network = Models.named("lenet-300-100", new Shape(1, 28, 28), 10);
    var parameters = random(network);
    var sparse = folder.resolve("sparse.onnx");
    OnnxFile.write(sparse, network, parameters, Weights.SPARSE, Map.of());
    var dense = folder.resolve("dense.onnx");
    OnnxFile.write(dense, network, parameters, Weights.DENSE, Map.of());

    var written = parameters.of("fc1.weight");
    var asStored = OnnxFile.read(sparse).parameters().of("fc1.weight");
    var withZeros = OnnxFile.read(dense);

    assertThat(asStored.storage()).isEqualTo(Storage.SPARSE);
    assertThat(asStored.topology()).isEqualTo(written.topology());
    assertThat(withZeros.parameters().of("fc1.weight").storage()).isEqualTo(Storage.DENSE);
    var without = ExactZeros.absent(withZeros).parameters();
    assertThat(without.of("fc1.weight").topology()).isEqualTo(written.topology());
    assertThat(without.of("fc1.weight").values()).isEqualTo(written.values());
    assertThat(without.of("fc1.bias").storage()).isEqualTo(Storage.DENSE);
  }

  @Test
  void convolutionalNetworkOfTheModelZooGivesItsRecordedOutputs() throws IOException {
    var models = data().resolve("models");
    var model = OnnxFile.read(models.resolve("mnist-8.onnx"));
    byte[] images;
    try (var packed = Files.newInputStream(data().resolve("mnist/t10k-images-idx3-ubyte.gz"));
        var plain = new GZIPInputStream(packed)) {
      images = plain.readAllBytes();
    }
    var expected = new ArrayList<float[]>();
    for (var line : Files.readAllLines(models.resolve("mnist-8.expected.tsv"))) {
      if (!line.startsWith("#")) {
        var words = line.split("\t", -1);
        var logits = new float[10];
        for (var i = 0; i < 10; i++) {
          logits[i] = Float.parseFloat(words[i + 2]);
        }
        expected.add(logits);
      }
    }
    var batch = new float[expected.size() * 784];
    for (var i = 0; i < batch.length; i++) {
      batch[i] = (images[16 + i] & 0xFF) / 255f;
    }

    var logits = Logits.ours(model.network(), model.parameters(), batch);

    assertThat(model.network().input()).isEqualTo(new Shape(1, 28, 28));
    for (var i = 0; i < logits.length; i++) {
      assertThat(logits[i])
          .as("logit %d of image %d", i % 10, i / 10)
          .isCloseTo(expected.get(i / 10)[i % 10], within(1e-3f));
    }
  }

  private static Path data() {
    var variable = System.getenv("ESPALIER_DATA");
    var folder = variable == null ? Path.of("..", "..", "shared", "data") : Path.of(variable);
    var missing =
        List.of("models/mnist-8.onnx", "mnist/t10k-images-idx3-ubyte.gz").stream()
            .map(folder::resolve)
            .filter(file -> !Files.exists(file))
            .findFirst();
    missing.ifPresent(
        file -> Assumptions.abort("skipped: no " + file + "; set ESPALIER_DATA to the data"));
    return folder;
  }

  /** A tenth of the weights of every layer. */
  static Parameters random(Network network) {
    var parameters = new Parameters(network, OnnxImportTest::tenth);
    for (var parameter : parameters) {
      var stream = new Randoms(Logits.SEED).stream(Purpose.INITIALISATION, parameter.name(), 0);
      var scale = Math.sqrt(2 / Math.max(1, parameter.density() * parameter.spec().fanIn()));
      for (var i = 0; i < parameter.stored(); i++) {
        var value = (float) stream.nextGaussian();
        parameter.values()[i] =
            switch (parameter.spec().role()) {
              case WEIGHT -> (float) (scale * value);
              case NORM_SCALE -> 1 + 0.2f * value;
              case RUNNING_VARIANCE -> 0.5f + Math.abs(value);
              default -> 0.2f * value;
            };
      }
    }
    return parameters;
  }

  private static Parameter tenth(ParameterSpec spec) {
    if (!spec.prunable()) {
      return Parameter.dense(spec);
    }
    var stream = new Randoms(Logits.SEED).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = LongStream.range(0, spec.size()).filter(_ -> stream.nextInt(10) == 0).toArray();
    return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions));
  }
}
