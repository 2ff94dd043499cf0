package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.numpy.NpyFile;
import org.espalier.formats.onnx.OnnxFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that says whether the left or the right one of two pixels is brighter. */
class PredictCommandTest {
  @TempDir private Path folder;
  private final Console console = new Console();

  @BeforeEach
  void writeModel() {
    var network =
        NetworkBuilder.of("sides", new Shape(1, 1, 2)).flatten("flatten").linear("fc", 2).build();
    var parameters = Parameters.dense(network);
    parameters.of("fc.weight").values()[0] = 2;
    parameters.of("fc.weight").values()[3] = 2;
    ModelFile.write(model(), network, parameters, Map.of("classes", "left\nright"));
  }

  private Path model() {
    return folder.resolve("model.safetensors");
  }

  private void image(String name, int left, int right) throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, left);
    image.getRaster().setSample(1, 0, 0, right);
    var file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    ImageIO.write(image, "png", file.toFile());
  }

  private int predict(String... arguments) {
    var all = new ArrayList<>(List.of("predict", model().toString()));
    all.addAll(List.of(arguments));
    return console.run(all);
  }

  @Test
  void allImagesOfAFolderAreClassifiedInTheOrderOfTheirNames() throws IOException {
    for (var i = 0; i < 5; i++) {
      image("pictures/" + i + ".png", i % 2 * 255, 255 - i % 2 * 255);
    }
    Files.writeString(folder.resolve("pictures/notes.txt"), "no picture");

    var pictures = folder.resolve("pictures");
    assertThat(predict("--input", pictures.toString(), "--batch", "2", "--json"))
        .as(console.err())
        .isZero();

    var rows = console.json();
    assertThat(rows.size()).isEqualTo(5);
    for (var i = 0; i < 5; i++) {
      assertThat(rows.get(i).get("input").asString()).isEqualTo(pictures.resolve(i + ".png") + "");
      assertThat(rows.get(i).get("classes").get(0).get("name").asString())
          .isEqualTo(i % 2 == 0 ? "right" : "left");
    }
  }

  @Test
  void asManyClassesAreNamedAsAskedFor() throws IOException {
    image("one.png", 255, 0);
    var rows = Files.writeString(folder.resolve("rows.csv"), "0,1\n");

    assertThat(
            predict("--input", folder.resolve("one.png") + "", rows + "", "--top", "2", "--json"))
        .as(console.err())
        .isZero();

    var second = console.json().get(1).get("classes");
    assertThat(second.size()).isEqualTo(2);
    assertThat(second.get(0).get("label").intValue()).isEqualTo(1);
    assertThat(second.get(0).get("probability").doubleValue())
        .isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
    assertThat(second.get(1).get("name").asString()).isEqualTo("left");
  }

  @Test
  void aFolderWithoutImagesIsNoAnswer() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty"));

    assertThat(predict("--input", empty.toString())).isEqualTo(1);
    assertThat(console.err()).contains(empty + ": no samples, expected images");
  }

  @Test
  void everyRowOfAnArrayIsASample() {
    var array = folder.resolve("samples.npy");
    NpyFile.write(array, List.of(3, 1, 1, 2), new float[] {0, 1, 1, 0, 0.2f, 0.9f});

    assertThat(predict("--input", array + "", "--json")).as(console.err()).isZero();

    var rows = console.json();
    assertThat(rows.size()).isEqualTo(3);
    for (var i = 0; i < 3; i++) {
      assertThat(rows.get(i).get("input").asString()).isEqualTo(array + "[" + i + "]");
      assertThat(rows.get(i).get("classes").get(0).get("name").asString())
          .isEqualTo(i == 1 ? "left" : "right");
    }
  }

  @Test
  void anArrayMayBeOneSample() {
    var array = folder.resolve("sample.npy");
    NpyFile.write(array, List.of(1, 2), new float[] {0, 1});

    assertThat(predict("--input", array + "", "--json")).as(console.err()).isZero();

    assertThat(console.json().get(0).get("input").asString()).isEqualTo(array + "");
  }

  @Test
  void anArrayOfOtherSamplesIsRefusedWithItsShape() {
    var array = folder.resolve("samples.npy");
    NpyFile.write(array, List.of(2, 3), new float[6]);

    assertThat(predict("--input", array + "")).isEqualTo(1);
    assertThat(console.err()).contains(array + ": array of shape [2, 3], expected 1×1×2");
  }

  @Test
  void compressedAndOnnxModelsPredictTheSame() {
    var model = Model.read(model());
    var array = folder.resolve("sample.npy");
    NpyFile.write(array, List.of(2), new float[] {0.25f, 0.75f});
    assertThat(predict("--input", array + "", "--top", "2")).as(console.err()).isZero();
    var expected = console.out();

    EspContents.of(model, new Coding.Exact()).write(model());
    assertThat(predict("--input", array + "", "--top", "2")).as(console.err()).isZero();
    assertThat(console.out()).isEqualTo(expected);

    OnnxFile.write(
        model(), model.network(), model.parameters(), OnnxFile.Weights.DENSE, model.metadata());
    assertThat(predict("--input", array + "", "--top", "2")).as(console.err()).isZero();
    assertThat(console.out()).isEqualTo(expected);
  }
}
