package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.ModelFile;
import org.espalier.formats.Tensor;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.numpy.NpyFile;
import org.espalier.formats.numpy.NpzFile;
import org.espalier.formats.onnx.OnnxFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A layer of 20×40 weights of which every tenth is there, in four levels. */
class InspectCommandTest {
  private static final Network NETWORK =
      NetworkBuilder.of("levels", Shape.features(40)).linear("fc", 20).build();

  @TempDir private Path folder;
  private Path model = Path.of("");
  private final Console console = new Console();

  @BeforeEach
  void writeModel() {
    model = folder.resolve("model.safetensors");
    var positions = LongStream.range(0, 800).filter(p -> p % 10 == 3).toArray();
    var parameters =
        new Parameters(
            NETWORK,
            spec ->
                spec.prunable()
                    ? Parameter.sparse(spec, Topology.of(20, 40, positions))
                    : Parameter.dense(spec));
    var values = parameters.of("fc.weight").values();
    for (var i = 0; i < values.length; i++) {
      values[i] = i % 4 - 1.5f;
    }
    ModelFile.write(model, NETWORK, parameters, Map.of("note", "made <by> hand"));
  }

  private void inspect(String... more) {
    var arguments = new ArrayList<>(List.of("inspect", model.toString()));
    arguments.addAll(List.of(more));
    assertThat(console.run(arguments)).as(console.err()).isZero();
  }

  private JsonNode weight() {
    for (var tensor : console.json().get("tensors")) {
      if (tensor.get("name").asString().equals("fc.weight")) {
        return tensor;
      }
    }
    throw new AssertionError("no fc.weight in " + console.out());
  }

  @Test
  void bytesInTheFileStandBesideTheEntropy() throws IOException {
    inspect("--json");
    var weight = weight();

    assertThat(weight.get("nnz").longValue()).isEqualTo(80);
    assertThat(weight.get("mask_bytes").longValue()).isEqualTo(2 * 80 + 4 * 21);
    assertThat(weight.get("bytes").longValue()).isEqualTo(4 * 80 + 2 * 80 + 4 * 21);
    assertThat(weight.get("bits_per_parameter").doubleValue()).isEqualTo(8 * 564 / 800.0);
    assertThat(weight.get("bits_per_non_zero").doubleValue()).isEqualTo(8 * 564 / 80.0);
    assertThat(weight.get("mask_entropy").doubleValue()).isCloseTo(0.468_996, within(1e-6));
    assertThat(weight.get("value_entropy").doubleValue()).isCloseTo(2, within(1e-12));
    assertThat(weight.get("entropy_bytes").doubleValue())
        .isCloseTo((800 * 0.468_996 + 80 * 2) / 8, within(1e-3));
    assertThat(console.json().get("file_bytes").longValue()).isEqualTo(Files.size(model));
  }

  @Test
  void theSpreadOfTheWeightsIsDrawnInBlocks() {
    inspect();

    assertThat(console.out())
        .contains("█         █")
        .contains("F32 values, I32 row_starts, U16 columns");
    assertThat(console.out()).contains("note: made <by> hand").contains("bits per parameter");
  }

  @Test
  void thePageHasTheSameWithoutScripts() throws IOException {
    var page = folder.resolve("model.html");

    inspect("--html", page.toString());

    assertThat(Files.readString(page))
        .contains("fc.weight", "F32 values, I32 row_starts, U16 columns", "<svg")
        .contains("made &lt;by&gt; hand")
        .doesNotContain("<script", "http:", "https:");
  }

  @Test
  void tensorsOfAFileWithoutANetworkAreShownToo() {
    var dense = folder.resolve("dense.safetensors");
    ModelFile.writeDense(dense, NETWORK, ModelFile.read(model).parameters(), Map.of());
    model = withoutNetwork(dense);

    inspect("--json");

    assertThat(console.json().has("network")).isFalse();
    assertThat(weight().get("nnz").longValue()).isEqualTo(80);
    assertThat(weight().get("bytes").longValue()).isEqualTo(4 * 800);
    assertThat(weight().get("density").doubleValue()).isEqualTo(0.1);
  }

  @Test
  void tensorsWithBitmasksAreShownAsWhatTheyStandFor() {
    var bitmask = folder.resolve("bitmask.safetensors");
    ModelFile.writeBitmask(bitmask, NETWORK, ModelFile.read(model).parameters(), Map.of());
    model = withoutNetwork(bitmask);

    inspect("--json");

    assertThat(weight().get("nnz").longValue()).isEqualTo(80);
    assertThat(weight().get("density").doubleValue()).isEqualTo(0.1);
    assertThat(weight().get("bytes").longValue()).isEqualTo(4 * 80 + 20 * 5 + 8 * 2 + 8 * 20);
  }

  @Test
  void aCompressedModelShowsWhatItsTensorsTakeInTheFile() {
    var saved = ModelFile.read(model);
    model = folder.resolve("model.esp");
    EspContents.of(saved, new Coding.Exact()).write(model);

    inspect("--json");

    assertThat(console.json().get("format").asString()).isEqualTo("esp");
    assertThat(weight().get("nnz").longValue()).isEqualTo(80);
    assertThat(weight().get("bytes").longValue()).isBetween(1L, 563L);
  }

  @Test
  void anOnnxModelShowsItsSparseTensors() {
    var saved = ModelFile.read(model);
    model = folder.resolve("model.onnx");
    OnnxFile.write(model, NETWORK, saved.parameters(), OnnxFile.Weights.SPARSE, saved.metadata());

    inspect("--json");

    assertThat(console.json().get("format").asString()).isEqualTo("onnx");
    assertThat(weight().get("nnz").longValue()).isEqualTo(80);
    assertThat(weight().get("mask_bytes").longValue()).isEqualTo(8 * 80);
    assertThat(weight().get("bytes").longValue()).isEqualTo((8 + 4) * 80);
  }

  @Test
  void arraysOfNumPyAreShownWithWhatTheyTake() {
    var dense = ModelFile.read(model).parameters().of("fc.weight").toDense();
    var tensor = new Tensor(List.of(20, 40), dense);
    var archive = folder.resolve("arrays");
    var array = folder.resolve("fc.weight");
    NpzFile.write(archive, Map.of("fc.weight", tensor));
    NpyFile.write(array, tensor.shape(), tensor.values());

    for (var file : List.of(archive, array)) {
      model = file;
      inspect("--json");

      assertThat(console.json().get("format").asString())
          .isEqualTo(file.equals(array) ? "npy" : "npz");
      assertThat(weight().get("nnz").longValue()).isEqualTo(80);
      assertThat(weight().get("bytes").longValue()).isBetween(4 * 800L, 4 * 800L + 128);
      assertThat(weight().get("value_entropy").doubleValue()).isCloseTo(2, within(1e-12));
    }
  }

  /** The header of such a file, padded to the length it had. */
  private Path withoutNetwork(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      var text = new String(bytes, StandardCharsets.ISO_8859_1);
      var from = text.indexOf("\"__metadata__\"");
      var to = text.indexOf("},", from) + 2;
      var cut = text.substring(0, from) + " ".repeat(to - from) + text.substring(to);
      return Files.write(
          folder.resolve("foreign.safetensors"), cut.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
