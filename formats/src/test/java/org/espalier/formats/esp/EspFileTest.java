package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.espalier.formats.Model;
import org.espalier.formats.Models;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspFileTest {
  @TempDir Path folder;
  private Path path;
  private Model model;

  @BeforeEach
  void makeAModel() {
    path = folder.resolve("model.esp");
    var network = Models.network();
    model = new Model(network, Models.parameters(network), Map.of("recipe", "ü: 1\n", "a", "b"));
  }

  @Test
  void exactCodingKeepsEveryActiveWeightBitForBit() {
    EspContents.of(model, new Coding.Exact()).write(path);
    var read = EspFile.read(path);

    assertThat(read.network()).isEqualTo(model.network());
    assertThat(read.metadata()).isEqualTo(model.metadata());
    for (var parameter : model.parameters()) {
      var again = read.parameters().of(parameter.name());
      assertThat(again.storage())
          .isEqualTo(parameter.storage() == Storage.DENSE ? Storage.DENSE : Storage.SPARSE);
      assertThat(bits(again.toDense())).as(parameter.name()).isEqualTo(bits(active(parameter)));
    }
  }

  @Test
  void oneTensorIsReadAlone() {
    EspContents.of(model, new Coding.Exact()).write(path);
    try (var file = EspFile.open(path)) {
      for (var parameter : model.parameters()) {
        assertThat(file.parameter(parameter.name()).toDense()).isEqualTo(active(parameter));
      }
      assertThatThrownBy(() -> file.parameter("none"))
          .isInstanceOf(EspalierException.class)
          .hasMessageStartingWith(path + ": no tensor none, expected one of ");
    }
  }

  @Test
  void theSameModelGivesTheSameBytes() {
    var other = folder.resolve("other.esp");
    for (var coding : Coding.ladder()) {
      EspContents.of(model, coding).write(path);
      EspContents.of(model, coding).write(other);
      assertThat(path).hasSameBinaryContentAs(other);
    }
  }

  @Test
  void contentsSayHowManyBytesTheFileWillHave() throws IOException {
    for (var coding : Coding.ladder()) {
      var contents = EspContents.of(model, coding);
      contents.write(path);
      assertThat(Files.size(path)).isEqualTo(contents.bytes());
    }
  }

  @Test
  void everyCodingDecodesInMemoryAsFromTheFile() {
    for (var coding : Coding.ladder()) {
      var contents = EspContents.of(model, coding);
      contents.write(path);
      var read = EspFile.read(path);
      for (var parameter : contents.model().parameters()) {
        assertThat(read.parameters().of(parameter.name()).toDense()).isEqualTo(parameter.toDense());
      }
    }
  }

  @Test
  void normalisationKeepsItsPrecisionWhereFloat16HasNone() {
    var variance = model.parameters().of(name("running_var"));
    variance.values()[0] = 1e-6f;
    var read = EspContents.of(model, new Coding.Half()).model();

    assertThat(read.parameters().of(variance.name()).values()).isEqualTo(variance.values());
  }

  @Test
  void truncationAtEveryByteIsRefused() throws IOException {
    EspContents.of(model, new Coding.Exact()).write(path);
    var whole = Files.readAllBytes(path);
    for (var length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      refused("first " + length + " bytes");
    }
    Files.write(path, Arrays.copyOf(whole, whole.length + 1));
    refused("one more byte");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "half", "int4"})
  void everyFlippedBitIsSeen(String coding) throws IOException {
    EspContents.of(model, Coding.parse(coding)).write(path);
    var whole = Files.readAllBytes(path);
    for (var at = 0; at < whole.length; at++) {
      whole[at] ^= (byte) (1 << at % 8);
      Files.write(path, whole);
      refused("bit " + at % 8 + " of byte " + at);
      whole[at] ^= (byte) (1 << at % 8);
    }
  }

  private void refused(String what) {
    assertThatThrownBy(() -> EspFile.read(path))
        .as(what)
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageNotContaining("\n");
  }

  private String name(String ending) {
    return model.network().parameters().stream()
        .map(spec -> spec.name())
        .filter(it -> it.endsWith(ending))
        .findFirst()
        .orElseThrow();
  }

  /** Inactive weights of a masked parameter are no part of the network. */
  private static float[] active(Parameter parameter) {
    return parameter.toDense();
  }

  private static int[] bits(float[] values) {
    var bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
