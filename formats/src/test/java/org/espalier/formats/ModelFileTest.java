package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir Path folder;

  @Test
  void everyStorageComesBackBitForBit() {
    var network = Models.network();
    var written = Models.parameters(network);
    var path = folder.resolve("model.safetensors");
    var metadata = Map.of("recipe", "method: rigl\nseed: \"1\" # ✓", "provenance.data", "glyphs");

    ModelFile.write(path, network, written, metadata);
    var model = ModelFile.read(path);

    assertThat(model.network()).isEqualTo(network);
    assertThat(model.metadata()).isEqualTo(metadata);
    for (var parameter : written) {
      assertThat(model.parameters().of(parameter.name()))
          .as(parameter.name())
          .matches(read -> Models.same(parameter, read));
    }
  }

  @Test
  void sameContentGivesSameBytesWhateverTheOrderOfMetadata() throws IOException {
    var network = Models.network();
    var one = folder.resolve("one");
    var two = folder.resolve("two");

    ModelFile.write(one, network, Models.parameters(network), Map.of("a", "1", "b", "2"));
    ModelFile.write(two, network, Models.parameters(network), Map.of("b", "2", "a", "1"));

    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void denseExportHasTheNamesAndShapesOfPyTorchAndZerosForAbsentWeights() {
    var network = Models.network();
    var parameters = Models.parameters(network);
    var path = folder.resolve("dense.safetensors");

    ModelFile.writeDense(path, network, parameters, Map.of());
    var tensors = SafetensorsFile.read(path);

    assertThat(tensors.keySet())
        .containsExactly(
            "conv1.weight",
            "bn1.weight",
            "bn1.bias",
            "bn1.running_mean",
            "bn1.running_var",
            "conv2.weight",
            "conv2.bias",
            "fc.weight",
            "fc.bias");
    assertThat(tensors)
        .extractingByKey("conv1.weight")
        .extracting(Tensor::shape)
        .isEqualTo(List.of(3, 2, 3, 3));
    assertThat(tensors)
        .extractingByKey("conv2.weight")
        .extracting(Tensor::shape)
        .isEqualTo(List.of(5, 3, 1, 1));
    assertThat(tensors)
        .extractingByKey("fc.weight")
        .extracting(Tensor::shape)
        .isEqualTo(List.of(4, 5));
    assertThat(tensors)
        .extractingByKey("bn1.running_var")
        .extracting(Tensor::shape)
        .isEqualTo(List.of(3));
    tensors.forEach(
        (name, tensor) ->
            assertThat(tensor.values()).as(name).isEqualTo(Models.dense(parameters.of(name))));
  }

  @Test
  void denseExportReadsBackAsADenseModel() {
    var network = Models.network();
    var parameters = Models.parameters(network);
    var path = folder.resolve("dense.safetensors");

    ModelFile.writeDense(path, network, parameters, Map.of("recipe", "r"));
    var model = ModelFile.read(path);

    assertThat(model.metadata()).isEqualTo(Map.of("recipe", "r"));
    assertThat(model.parameters())
        .allSatisfy(parameter -> assertThat(parameter.storage()).isEqualTo(Storage.DENSE))
        .allSatisfy(
            parameter ->
                assertThat(parameter.values())
                    .isEqualTo(Models.dense(parameters.of(parameter.name()))));
  }

  @Test
  void sparseFilesTakeSixBytesPerNonZero() throws IOException {
    var network = NetworkBuilder.of("mlp", Shape.features(1000)).linear("fc", 100).build();
    var topology = Models.everyThird(100, 1000);
    var parameters =
        new Parameters(
            network,
            spec -> spec.prunable() ? Parameter.sparse(spec, topology) : Parameter.dense(spec));
    var path = folder.resolve("model.safetensors");

    ModelFile.write(path, network, parameters, Map.of());

    var overhead = 4 * 101 + 4 * 100 + 1000; // row starts, biases, header
    assertThat(Files.size(path)).isLessThan(6L * topology.nonZeros() + overhead);
  }

  @Test
  void topologiesWiderThanSixteenBitsAndEmptyOnesComeBack() {
    var network =
        NetworkBuilder.of("wide", Shape.features(70_001)).linear("a", 3).linear("b", 2).build();
    var wide = Topology.of(3, 70_001, new long[] {5, 70_000, 2 * 70_001L, 3 * 70_001L - 1});
    var parameters =
        Models.filled(
            new Parameters(
                network,
                spec ->
                    switch (spec.name()) {
                      case "a.weight" -> Parameter.sparse(spec, wide);
                      case "b.weight" -> Parameter.sparse(spec, Topology.of(2, 3, new long[0]));
                      default -> Parameter.dense(spec);
                    }));
    var path = folder.resolve("model.safetensors");

    ModelFile.write(path, network, parameters, Map.of());
    var model = ModelFile.read(path);

    assertThat(model.parameters().of("a.weight").topology()).isEqualTo(wide);
    assertThat(model.parameters().of("b.weight").nonZeros()).isZero();
  }

  @Test
  void keysOfTheFormatAreRefusedAsMetadata() {
    var network = Models.network();
    for (var key : List.of("espalier.network", "format")) {
      assertThatThrownBy(
              () ->
                  ModelFile.write(
                      folder.resolve("m"),
                      network,
                      Models.parameters(network),
                      Map.of(key, "mine")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(key);
    }
  }
}
