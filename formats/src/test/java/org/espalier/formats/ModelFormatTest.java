package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
