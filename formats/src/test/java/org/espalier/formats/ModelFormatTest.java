package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.onnx.OnnxFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFormatTest {
  @TempDir private Path folder;

  @Test
  void theContentTellsTheFormatWhateverTheNameSays() {
    var network = Models.network();
    var file = folder.resolve("model.onnx");
    ModelFile.write(file, network, Models.parameters(network), Map.of());

    assertThat(ModelFormat.of(file)).isEqualTo(ModelFormat.SAFETENSORS);
    assertThat(Model.read(file).network()).isEqualTo(network);
  }

  @Test
  void compressedNetworksAreToldApartToo() {
    var network = Models.network();
    var file = folder.resolve("model.safetensors");
    var model = new Model(network, Models.parameters(network), Map.of("note", "small"));
    EspContents.of(model, new Coding.Exact()).write(file);

    assertThat(ModelFormat.of(file)).isEqualTo(ModelFormat.ESP);
    assertThat(Model.read(file).metadata()).isEqualTo(Map.of("note", "small"));
    assertThat(StoredTensor.of(file))
        .extracting(StoredTensor::name)
        .contains("conv1.weight", "conv2.weight", "fc.weight");
  }

  @ParameterizedTest
  @EnumSource(OnnxFile.Weights.class)
  void networksOfOnnxAreToldApartToo(OnnxFile.Weights weights) {
    var network = Models.network();
    var parameters = Models.parameters(network);
    var file = folder.resolve("model");
    OnnxFile.write(file, network, parameters, weights, Map.of("classes", "a\nb\nc\nd"));

    assertThat(ModelFormat.of(file)).isEqualTo(ModelFormat.ONNX);
    assertThat(ModelMetadata.classes(Model.read(file))).contains(List.of("a", "b", "c", "d"));
    assertThat(Model.read(file).parameters().of("fc.weight").values())
        .isEqualTo(parameters.of("fc.weight").values());
    assertThat(StoredTensor.of(file))
        .contains(new StoredTensor("fc.weight", "FLOAT", 4 * 5 * 4, 0));
  }

  @Test
  void theBitmaskOfATensorIsAPartOfIt() {
    var network = Models.network();
    var file = folder.resolve("model.safetensors");
    ModelFile.writeBitmask(file, network, Models.parameters(network), Map.of());

    // 3×2×3×3 weights, every third of them there: a byte for each run of 3, an offset for each.
    assertThat(StoredTensor.of(file))
        .contains(
            new StoredTensor(
                "conv1.weight",
                "F32 compressed, I64 row_offsets, I64 shape, U8 bitmask",
                4 * 18 + 18 + 8 * 4 + 8 * 18,
                18 + 8 * 4 + 8 * 18));
  }

  @Test
  void aTruncatedModelIsNamedByItsFormat() throws IOException {
    var network = Models.network();
    var file = folder.resolve("model.safetensors");
    ModelFile.write(file, network, Models.parameters(network), Map.of());
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 40));

    assertThatThrownBy(() -> Model.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("not a safetensors file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "short", "A letter to a friend, longer than any header."})
  void otherFilesAreRefusedWithWhatWasExpected(String content) throws IOException {
    var file = Files.writeString(folder.resolve("letter"), content);

    assertThatThrownBy(() -> Model.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(file + ": not a model file, expected safetensors");
  }

  @Test
  void whatIsNotThereIsSaidInOneLine() {
    assertThatThrownBy(() -> Model.read(folder.resolve("nothing")))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("cannot read " + folder.resolve("nothing"));
  }
}
