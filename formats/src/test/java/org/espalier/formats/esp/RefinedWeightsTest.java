package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefinedWeightsTest {
  private static final Coding.Refined LARGE = new Coding.Refined(4000);

  @TempDir Path folder;
  private final Model model = model();

  @Test
  void fewerBytesAreACoarserAndSparserNetwork() {
    var contents = EspContents.of(model, LARGE);
    var error = 0.0;
    var nonZeros = Long.MAX_VALUE;
    for (var bytes = contents.bytes(); bytes > contents.smallest(); bytes -= 500) {
      var coarse = contents.cut(bytes);
      assertThat(coarse.bytes()).isBetween(bytes - 8, bytes);
      var read = coarse.model();
      assertThat(error(read)).isGreaterThan(error);
      assertThat(nonZeros(read)).isLessThanOrEqualTo(nonZeros);
      error = error(read);
      nonZeros = nonZeros(read);
    }
  }

  @Test
  void absentWeightsAreAbsent() {
    for (var parameter : EspContents.of(model, LARGE).model().parameters()) {
      assertThat(parameter.storage())
          .isEqualTo(parameter.spec().prunable() ? Storage.SPARSE : Storage.DENSE);
      if (parameter.storage() == Storage.SPARSE) {
        assertThat(parameter.values()).doesNotContain(0);
      }
    }
  }

  @Test
  void aFileThatEndsEarlyIsTheNetworkUpToThere() throws IOException {
    var path = folder.resolve("whole.esp");
    EspContents.of(model, LARGE).write(path);
    var whole = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(whole, whole.length - 1000));

    assertThatThrownBy(() -> EspFile.read(path))
        .isInstanceOf(EspalierException.class)
        .hasMessageEndingWith("truncated");
    try (var file = EspFile.open(path, EspFile.Completeness.BEGINNING)) {
      var read = file.model();
      assertThat(nonZeros(read)).isBetween(1L, nonZeros(EspContents.of(model, LARGE).model()) - 1);
      assertThat(read.parameters().of("fc1.bias").values())
          .isEqualTo(EspContents.of(model, LARGE).model().parameters().of("fc1.bias").values());
    }
  }

  @Test
  void aCutFileIsReadAsItWasCut() {
    var path = folder.resolve("cut.esp");
    var cut = EspContents.of(model, LARGE).cut(2500);
    cut.write(path);

    var read = EspFile.read(path);
    for (var parameter : cut.model().parameters()) {
      assertThat(read.parameters().of(parameter.name()).toDense()).isEqualTo(parameter.toDense());
    }
  }

  @Test
  void aFileThatEndsEarlyIsCutFromWhereItEnds() throws IOException {
    var path = folder.resolve("early.esp");
    var contents = EspContents.of(model, LARGE);
    contents.write(path);
    var whole = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(whole, whole.length - 1000));

    try (var file = EspFile.open(path, EspFile.Completeness.BEGINNING)) {
      var early = file.contents();
      assertThat(early.bytes()).isBetween(whole.length - 1008L, whole.length - 992L);
      assertThat(written(early)).hasSize((int) early.bytes());
      assertThat(written(early.cut(2500))).isEqualTo(written(contents.cut(2500)));
      assertThat(early.tensors().stream().mapToLong(StoredTensor::bytes).sum())
          .isLessThan(early.bytes());
    }
  }

  /** The bytes of a file, which has to be whole. */
  private byte[] written(EspContents contents) throws IOException {
    var path = folder.resolve("written.esp");
    contents.write(path);
    assertThat(EspFile.read(path).network()).isEqualTo(model.network());
    return Files.readAllBytes(path);
  }

  @Test
  void cuttingBelowTheRestOfTheFileIsRefused() {
    var contents = EspContents.of(model, LARGE);
    assertThat(contents.cut(contents.smallest()).bytes()).isEqualTo(contents.smallest());
    assertThatThrownBy(() -> contents.cut(contents.smallest() - 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("expected at least");
    assertThatThrownBy(() -> EspContents.of(model, new Coding.Exact()).cut(1000))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no refined weights");
  }

  private static Model model() {
    var network =
        NetworkBuilder.of("two", new Shape(1, 8, 8))
            .flatten("flatten")
            .linear("fc1", 100)
            .relu("relu")
            .linear("fc2", 10)
            .build();
    var parameters = Parameters.dense(network);
    var random = new Randoms(3).stream(Purpose.INITIALISATION, 0, 0);
    for (var parameter : parameters) {
      var values = parameter.values();
      for (var i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }
    return new Model(network, parameters, Map.of());
  }

  private double error(Model read) {
    var error = 0.0;
    for (var spec : model.network().prunable()) {
      var before = model.parameters().of(spec.name()).toDense();
      var after = read.parameters().of(spec.name()).toDense();
      for (var i = 0; i < before.length; i++) {
        error += Math.abs(before[i] - after[i]);
      }
    }
    return error;
  }

  private static long nonZeros(Model model) {
    return model.network().prunable().stream()
        .mapToLong(spec -> model.parameters().of(spec.name()).nonZeros())
        .sum();
  }
}
