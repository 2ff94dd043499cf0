package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.app.recipe.Mappers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrainCommandTest {
  @TempDir private Path folder;
  private final Console console = new Console();

  @BeforeEach
  void writeSamples() throws IOException {
    Samples.threeClasses(folder.resolve("samples.csv"));
  }

  private JsonNode train(String run, String... more) {
    var arguments = new ArrayList<>(List.of("train", "--data", "csv:" + folder + "/samples.csv"));
    arguments.addAll(List.of("--model", "mlp:20x20", "--batch", "16", "--epochs", "6", "--json"));
    arguments.addAll(List.of("--out", folder.resolve(run).toString()));
    arguments.addAll(List.of(more));
    assertThat(console.run(arguments)).as(console.err()).isZero();
    return console.json();
  }

  @Test
  void standardOutputIsOneObjectWithTheFiguresOfTheRun() {
    var result = train("run", "--method", "rigl", "--sparsity", "0.8", "--set=method.every=10it");

    assertThat(result.propertyNames())
        .contains("test_accuracy", "nnz", "requested_density", "realised_density")
        .contains("parameter_bytes", "gradient_bytes", "optimizer_bytes", "index_bytes")
        .contains("activation_bytes", "dense_parameter_bytes", "dense_optimizer_bytes")
        .contains("train_flops_ratio", "inference_flops_ratio", "step_ms", "run", "seed")
        .contains("r_s", "epochs", "seconds", "threads", "vector_bits");
    assertThat(result.get("test_accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(result.get("nnz").longValue()).isEqualTo(108); // 20 % of 4·20 + 20·20 + 20·3
    assertThat(result.get("r_s").doubleValue()).isGreaterThan(0.2);
    // Some iterations took a dense weight gradient, so training costs more than inference.
    assertThat(result.get("train_flops_ratio").doubleValue())
        .isGreaterThan(result.get("inference_flops_ratio").doubleValue());
  }

  @Test
  void theRecipeTheNetworkAndTheDensitiesAreToldBeforeTraining() {
    train("run", "--method", "static-random", "--sparsity", "0.8");

    assertThat(console.err())
        .containsSubsequence("weight-decay:", "requested", "fc1.weight", "epoch 1/6");
  }

  @Test
  void tuningChangesNoBitOfTheModelAndNoFingerprint() throws IOException {
    String[] method = {"--method", "rigl", "--sparsity", "0.5", "--set=method.every=10it"};
    train("tuned", method);
    train(
        "plain", Stream.concat(Stream.of(method), Stream.of("--no-tuning")).toArray(String[]::new));

    for (var file : List.of("model.safetensors", "recipe.yaml")) {
      assertThat(folder.resolve("tuned").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("plain").resolve(file));
    }
  }

  @Test
  void aDenseRunCostsWhatTheDenseNetworkCosts() {
    var result = train("run", "--method", "dense");

    assertThat(result.get("train_flops_ratio").doubleValue()).isEqualTo(1);
    assertThat(result.get("parameter_bytes")).isEqualTo(result.get("dense_parameter_bytes"));
    assertThat(result.get("optimizer_bytes")).isEqualTo(result.get("dense_optimizer_bytes"));
    assertThat(result.get("index_bytes").longValue()).isZero();
  }

  @Test
  void theNumberOfThreadsChangesNoByteOfTheModel() {
    train("one", "--method", "rigl", "--sparsity", "0.7", "--threads", "1");
    train("two", "--method", "rigl", "--sparsity", "0.7", "--threads", "2");

    assertThat(folder.resolve("one/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("two/model.safetensors"));
  }

  @Test
  void whatTrainingReportsIsWhatTheSavedModelDoes() {
    var trained = train("run", "--method", "set", "--sparsity", "0.5");

    assertThat(console.run("evaluate", folder.resolve("run").toString(), "--json"))
        .as(console.err())
        .isZero();
    var evaluated = console.json();

    assertThat(evaluated.get("accuracy")).isEqualTo(trained.get("test_accuracy"));
  }

  @Test
  void otherDataAreEvaluatedWholeWhateverTheRunHeldOut() throws IOException {
    train("run", "--method", "dense", "--set=data.validation=100");
    var lines = Files.readAllLines(folder.resolve("samples.csv"));
    Files.write(folder.resolve("few.csv"), lines.subList(0, 51));
    var few = "csv:" + folder.resolve("few.csv");
    var run = folder.resolve("run").toString();

    assertThat(console.run("evaluate", run, "--data", few, "--split", "train", "--json"))
        .as(console.err())
        .isZero();

    assertThat(console.json().get("samples").intValue()).isEqualTo(40);
  }

  @Test
  void theBestEpochIsChosenByValidationAlone() throws IOException {
    var result = train("run", "--method", "dense", "--set=data.validation=60");

    var best = result.get("best_validation_epoch").intValue();
    var line = Files.readAllLines(folder.resolve("run/metrics.jsonl")).get(best - 1);
    var epoch = Mappers.JSON.readTree(line);
    assertThat(epoch.get("validation_accuracy").doubleValue())
        .isEqualTo(result.get("best_validation_accuracy").doubleValue());
    assertThat(epoch.get("test_accuracy").doubleValue())
        .isEqualTo(result.get("test_accuracy_at_best_validation").doubleValue());
  }

  @Test
  void samplesWithoutLabelsAreClassified() throws IOException {
    train("run", "--method", "rigl", "--sparsity", "0.5");
    var rows = folder.resolve("rows.csv");
    Files.writeString(rows, "a,b,c,d\n5,0,0,0\n0,5,0,0\n0,0,5,0\n");

    var run = folder.resolve("run").toString();
    assertThat(console.run("predict", run, "--input", rows.toString(), "--json"))
        .as(console.err())
        .isZero();

    var predictions = console.json();
    for (var sample = 0; sample < 3; sample++) {
      assertThat(predictions.get(sample).get("classes").get(0).get("name").asString())
          .isEqualTo("class" + sample);
    }
  }

  @Test
  void anExportedModelIsDenseAndDoesTheSame() {
    var trained = train("run", "--method", "rigl", "--sparsity", "0.5");
    var dense = folder.resolve("dense.safetensors").toString();

    assertThat(console.run("export", folder.resolve("run").toString(), "--out", dense)).isZero();
    assertThat(console.run("evaluate", dense, "--json")).as(console.err()).isZero();

    assertThat(console.json().get("accuracy")).isEqualTo(trained.get("test_accuracy"));
  }

  @Test
  void aModelDoesTheSameInEveryFormat() {
    var trained = train("run", "--method", "rigl", "--sparsity", "0.5");
    var run = folder.resolve("run").toString();
    var onnx = folder.resolve("model.onnx").toString();
    var compressed = folder.resolve("model.esp").toString();

    assertThat(console.run("export", run, "--out", onnx)).as(console.err()).isZero();
    assertThat(console.run("compress", run, "--coding", "exact", "--out", compressed))
        .as(console.err())
        .isZero();

    for (var model : List.of(onnx, compressed)) {
      assertThat(console.run("evaluate", model, "--json")).as(console.err()).isZero();
      assertThat(console.json().get("accuracy")).as(model).isEqualTo(trained.get("test_accuracy"));
    }
  }

  @Test
  void theFormatOfAnExportFollowsItsNameUnlessToldOtherwise() throws IOException {
    train("run", "--method", "rigl", "--sparsity", "0.5");
    var run = folder.resolve("run").toString();

    assertThat(export(run, "model.onnx").get("format").asString()).isEqualTo("onnx");
    assertThat(export(run, "model").get("format").asString()).isEqualTo("safetensors");
    assertThat(export(run, "named", "--format", "onnx").get("format").asString()).isEqualTo("onnx");

    assertThat(folder.resolve("model.onnx")).hasSameBinaryContentAs(folder.resolve("named"));
  }

  @Test
  void aSparseExportSaysWhatTheReceiverGains() throws IOException {
    train("run", "--method", "rigl", "--sparsity", "0.5");
    var run = folder.resolve("run").toString();
    var file = folder.resolve("sparse.onnx").toString();

    assertThat(console.run("export", run, "--sparse", "--out", file)).as(console.err()).isZero();
    assertThat(console.out()).contains("gains neither time nor memory");

    assertThat(console.run("export", run, "--sparse", "--dense", "--out", file + "2")).isEqualTo(2);
  }

  @Test
  void aSparseSafetensorsExportIsTheModelOfTheRun() throws IOException {
    train("run", "--method", "rigl", "--sparsity", "0.5");

    export(folder.resolve("run").toString(), "sparse.safetensors", "--sparse");

    assertThat(folder.resolve("sparse.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("run/model.safetensors"));
  }

  private JsonNode export(String run, String file, String... options) {
    var arguments = new ArrayList<>(List.of("export", run, "--out", folder.resolve(file) + ""));
    arguments.addAll(List.of(options));
    arguments.add("--json");
    assertThat(console.run(arguments)).as(console.err()).isZero();
    return console.json();
  }
}
