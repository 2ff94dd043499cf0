package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.espalier.formats.ModelFile;
import org.espalier.formats.Tensor;
import org.espalier.formats.numpy.NpzFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of other programs become models, and go on from there. */
class ImportCommandTest {
  private static final int PIXELS = 32 * 32;
  private static final int IMAGES = 32;

  @TempDir private Path folder;
  private final Console console = new Console();

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void networkTrainedElsewhereGivesItsRecordedOutputs() throws IOException {
    var data = data();
    var exit =
        console.run(
            "import",
            data.resolve("models/resnet20-12fca82f.safetensors").toString(),
            "--model=resnet-20:shortcut=pad",
            "--input=3x32x32",
            "--classes=10",
            "--rename",
            "layer(\\d+)\\.(\\d+)=stage$1.block{$2+1}",
            "--rename=^linear=fc",
            "--mean=0.485,0.456,0.406",
            "--deviation=0.229,0.224,0.225",
            "--out=" + file("resnet20.safetensors"));

    assertThat(exit).as(console.err()).isZero();
    var saved = SavedModel.read(folder.resolve("resnet20.safetensors"));
    var logits = logits(saved, images(data));
    var expected = new ArrayList<String[]>();
    for (var line : Files.readAllLines(data.resolve("models/resnet20.expected.tsv"))) {
      if (!line.startsWith("#")) {
        expected.add(line.split("\t", -1));
      }
    }
    assertThat(expected).hasSize(IMAGES);
    for (var i = 0; i < logits.length; i++) {
      assertThat(logits[i])
          .as("logit %d of image %d", i % 10, i / 10)
          .isCloseTo(Float.parseFloat(expected.get(i / 10)[i % 10 + 2]), within(1e-3f));
    }
  }

  private static float[] logits(SavedModel saved, float[] images) {
    var network = saved.network();
    var batch = new Batch(IMAGES, network.input().size());
    System.arraycopy(images, 0, batch.features(), 0, images.length);
    for (var i = 0; i < IMAGES; i++) {
      saved.normalisation().apply(batch.features(), i * network.input().size(), PIXELS);
    }
    var logits = new float[IMAGES * network.output().size()];
    var options = new Engine.Options(IMAGES, 1, 1, false);
    try (var executor =
        new CpuEngine()
            .compile(network, saved.model().parameters(), new Loss.CrossEntropy(0), options)) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      executor.logits(logits);
    }
    return logits;
  }

  /** The first images of the test set, whose strips hold R − G, G and B − G. */
  private static float[] images(Path data) throws IOException {
    var strip = ImageIO.read(data.resolve("cifar-10/test_batch.0.png").toFile());
    var values = new float[IMAGES * 3 * PIXELS];
    for (var image = 0; image < IMAGES; image++) {
      for (var p = 0; p < PIXELS; p++) {
        var rgb = strip.getRGB(p % 32, image * 32 + p / 32);
        var green = rgb >> 8 & 0xFF;
        var at = image * 3 * PIXELS + p;
        values[at] = ((rgb >> 16) + green & 0xFF) / 255f;
        values[at + PIXELS] = green / 255f;
        values[at + 2 * PIXELS] = (rgb + green & 0xFF) / 255f;
      }
    }
    return values;
  }

  private static Path data() {
    var variable = System.getenv("ESPALIER_DATA");
    var data = variable == null ? Path.of("..", "..", "shared", "data") : Path.of(variable);
    for (var file : List.of("models/resnet20-12fca82f.safetensors", "cifar-10/test_batch.0.png")) {
      if (!Files.exists(data.resolve(file))) {
        Assumptions.abort("skipped: no " + data.resolve(file) + "; set ESPALIER_DATA to the data");
      }
    }
    return data;
  }

  /** A network whose first unit tells the classes apart, and samples that it can. */
  private void writeNetworkAndSamples() throws IOException {
    Samples.twoClasses(folder.resolve("samples.csv"), 200);
    var arrays = new LinkedHashMap<String, Tensor>();
    arrays.put("0.weight", new Tensor(List.of(2, 2), new float[] {1, 0.1f, -1, 0.2f}));
    arrays.put("0.bias", new Tensor(List.of(2), new float[2]));
    arrays.put("2.weight", new Tensor(List.of(2, 2), new float[] {5, -4, -5, 6}));
    arrays.put("2.bias", new Tensor(List.of(2), new float[2]));
    NpzFile.write(folder.resolve("state.npz"), arrays);
  }

  private void importNetwork() throws IOException {
    writeNetworkAndSamples();
    var exit =
        console.run(
            "import",
            file("state.npz"),
            "--model=mlp:2",
            "--data=csv:" + file("samples.csv"),
            "--rename=^0=fc1",
            "--rename=^2=fc2",
            "--out=" + file("imported.safetensors"));
    assertThat(exit).as(console.err()).isZero();
  }

  @Test
  void prunedByMagnitudeItGoesOnFromItsWeights() throws IOException {
    importNetwork();
    var data = "--data=csv:" + file("samples.csv");
    assertThat(console.run("evaluate", file("imported.safetensors"), "--json"))
        .as(console.err())
        .isZero();
    assertThat(console.out()).contains("\"accuracy\"");

    var exit =
        console.run(
            "train",
            data,
            "--from=" + file("imported.safetensors"),
            "--method=magnitude",
            "--sparsity=0.25",
            "--lr=0.000001",
            "--epochs=1",
            "--batch=20",
            "--threads=1",
            "--out=" + file("run"));

    assertThat(exit).as(console.err()).isZero();
    var pruned = SavedModel.read(folder.resolve("run")).model().parameters();
    assertThat(pruned.of("fc1.weight").storage()).isEqualTo(Storage.SPARSE);
    assertThat(pruned.of("fc1.weight").toDense())
        .containsExactly(new float[] {1, 0, -1, 0}, within(1e-3f));
    assertThat(pruned.of("fc2.weight").toDense())
        .containsExactly(new float[] {5, -4, -5, 6}, within(1e-3f));
  }

  @Test
  void sparseStartsKeepTheirMaskUnderTheSameBudgetAndSayWhatIsNewUnderAnother() throws IOException {
    importNetwork();
    train("imported.safetensors", "magnitude", "0.5", "pruned");

    train("pruned", "static-random", "0.5", "same");

    assertThat(console.out()).doesNotContain("start at zero");
    var same = SavedModel.read(folder.resolve("same")).model().parameters();
    assertThat(same.of("fc1.weight").toDense())
        .containsExactly(new float[] {1, 0, -1, 0}, within(1e-3f));
    assertThat(same.of("fc2.weight").toDense())
        .containsExactly(new float[] {0, 0, -5, 6}, within(1e-3f));

    train("pruned", "static-random", "0.25", "other");

    assertThat(console.out()).contains(" of the 6 active weights of sparse layers start at zero");
  }

  private void train(String from, String method, String sparsity, String run) {
    var exit =
        console.run(
            "train",
            "--data=csv:" + file("samples.csv"),
            "--from=" + file(from),
            "--method=" + method,
            "--sparsity=" + sparsity,
            "--set=method.distribution=uniform",
            "--lr=0.000001",
            "--epochs=1",
            "--batch=20",
            "--threads=1",
            "--out=" + file(run));
    assertThat(exit).as(console.err()).isZero();
  }

  @Test
  void runsThatStartFromOtherWeightsAreOtherRuns() throws IOException {
    importNetwork();
    var from = folder.resolve("imported.safetensors");
    var arguments =
        new String[] {
          "train",
          "--data=csv:" + file("samples.csv"),
          "--from=" + from,
          "--method=dense",
          "--epochs=1",
          "--batch=20",
          "--threads=1",
          "--out=" + file("run"),
          "--resume"
        };
    assertThat(console.run(arguments)).as(console.err()).isZero();
    assertThat(console.run(arguments)).as(console.err()).isZero();
    Files.delete(from);
    var exit =
        console.run(
            "import",
            file("state.npz"),
            "--model=mlp:2",
            "--input=2",
            "--classes=no,yes",
            "--rename=^0=fc1",
            "--rename=^2=fc2",
            "--out=" + from);
    assertThat(exit).as(console.err()).isZero();

    assertThat(console.run(arguments)).isEqualTo(1);

    assertThat(console.err()).contains("holds another run, with a different from");
  }

  @Test
  void exportsHaveModelCardsThatOverwriteNothing() throws IOException {
    importNetwork();
    for (var target : List.of("a.npz", "b.safetensors")) {
      var exit =
          console.run(
              "export",
              file("imported.safetensors"),
              "--out=" + file(target),
              target.startsWith("b") ? "--bitmask" : "--dense");
      assertThat(exit).as(console.err()).isZero();
    }

    assertThat(folder.resolve("README.md"))
        .content()
        .startsWith("---\nlicense: unknown\nlibrary_name: espalier\n")
        .contains("`a.npz`")
        .contains("## Intended use\n\n_To be written by");
    assertThat(folder.resolve("b.safetensors.README.md")).content().contains("`b.safetensors`");
    assertThat(NpzFile.read(folder.resolve("a.npz")))
        .containsOnlyKeys("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
  }

  @Test
  void modelsThatNameNeitherClassesNorDataAreExportedAndAskForTheirData() throws IOException {
    importNetwork();
    var imported = SavedModel.read(folder.resolve("imported.safetensors")).model();
    var bare = folder.resolve("bare.safetensors");
    ModelFile.write(bare, imported.network(), imported.parameters(), Map.of());

    var exported = console.run("export", bare.toString(), "--out=" + file("bare.npz"));
    assertThat(exported).as(console.err()).isZero();
    assertThat(folder.resolve("README.md")).content().contains("| classes | 0, 1 |");
    assertThat(console.run("evaluate", bare.toString())).isEqualTo(2);
    assertThat(console.err()).contains("does not say what data it was made for: expected --data");
  }

  @Test
  void onnxIsToldByItsContent() throws IOException {
    importNetwork();
    var model = file("imported.safetensors");
    var export = console.run("export", model, "--format=onnx", "--out=" + file("network"));
    assertThat(export).as(console.err()).isZero();

    var exit = console.run("import", file("network"), "--out=" + file("again.safetensors"));

    assertThat(exit).as(console.err()).isZero();
    assertThat(SavedModel.read(folder.resolve("again.safetensors")).network().output().size())
        .isEqualTo(2);
  }

  @Test
  void namesThatDoNotFitAreToldWithTheWayOut() throws IOException {
    writeNetworkAndSamples();

    var exit =
        console.run(
            "import",
            file("state.npz"),
            "--model=mlp:2",
            "--input=2",
            "--classes=2",
            "--out=" + file("imported.safetensors"));

    assertThat(exit).isEqualTo(1);
    assertThat(console.err())
        .contains("state.npz: tensor fc1.weight is missing, expected shape [2, 2]")
        .contains("--rename gives tensors other names");
  }

  @Test
  void unknownDataAreAMistakeInTheCommand() throws IOException {
    writeNetworkAndSamples();

    var exit =
        console.run(
            "import",
            file("state.npz"),
            "--model=mlp:2",
            "--data=glyph",
            "--out=" + file("imported.safetensors"));

    assertThat(exit).isEqualTo(2);
    assertThat(console.err()).contains("unknown data 'glyph'; did you mean glyphs?");
  }
}
