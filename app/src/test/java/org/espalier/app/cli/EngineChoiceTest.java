package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who computes is chosen, kept in the run, and refused in one line where it cannot be. */
class EngineChoiceTest {
  @TempDir private Path folder;
  private Path run = Path.of("");
  private final Console console = new Console();

  @BeforeEach
  void writeSamples() throws IOException {
    run = folder.resolve("run");
    EchoEngines.COMPILED.set(0);
    Samples.twoClasses(folder.resolve("samples.csv"), 100);
  }

  private int train(String... more) {
    var arguments = new ArrayList<>(List.of("train", "--data", "csv:" + folder + "/samples.csv"));
    arguments.addAll(List.of("--model", "mlp:8", "--method", "static-random", "--batch", "10"));
    arguments.addAll(List.of("--epochs", "1", "--threads", "1", "--out", run.toString()));
    arguments.addAll(List.of("--set=method.sparsity=0.5", "--json"));
    arguments.addAll(List.of(more));
    return console.run(arguments);
  }

  @Test
  void theRunAndItsDenseTwinAreComputedByTheEngineAskedFor() throws IOException {
    assertThat(train("--engine", "echo")).as(console.err()).isZero();

    assertThat(EchoEngines.COMPILED).as("the run, then a sparse and a dense step").hasValue(3);
    var result = console.json();
    assertThat(result.get("engine").asString()).isEqualTo("echo");
    assertThat(result.get("device").asString()).isEqualTo("cpu");
    assertThat(result.get("precision").asString()).isEqualTo("float32");
    assertThat(result.has("vector_bits")).as("widths of kernels that were not used").isFalse();
    assertThat(console.err()).contains("ms per step on echo on cpu in float32,");
    assertThat(run.resolve("report.html"))
        .content()
        .contains("dense on echo on cpu in float32", "<td>Engine</td><td>echo</td>");
    assertThat(run.resolve("recipe.yaml")).content().contains("engine:\n  name: echo\n");
  }

  @Test
  void withoutAskingTheProgramComputesItself() {
    assertThat(train()).as(console.err()).isZero();

    assertThat(EchoEngines.COMPILED).hasValue(0);
    assertThat(console.json().get("engine").asString()).isEqualTo("cpu");
  }

  @Test
  void aRunDoesNotChangeItsEngine() throws IOException {
    assertThat(train("--engine", "echo")).as(console.err()).isZero();
    Files.delete(run.resolve("result.json"));

    assertThat(train("--resume")).isEqualTo(1);
    assertThat(console.err()).contains("holds another run, with a different engine");
    assertThat(train("--resume", "--engine", "echo")).as(console.err()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--engine=abacus | engine abacus is not part of this build; expected one of cpu, echo",
        "--engine=ecko | engine ecko is not part of this build; did you mean echo?",
        "--device=cuda | device cuda: engine cpu computes on the cpu alone",
        "--precision=bfloat16 | precision bfloat16: engine cpu computes in float32 alone",
        "--precision=float8 | expected one of [FLOAT32, BFLOAT16]",
        "--set=engine={name: echo, device: cuda} | device cuda: engine echo finds none here",
        "--set=engine.device=tpu | engine.device: expected one of cpu, cuda, found \"tpu\"",
        "--set=engine.precison=float32 | engine.precison; did you mean precision?"
      })
  void whatCannotComputeIsRefusedBeforeAnythingIsWritten(String argument, String message) {
    assertThat(train(argument)).isEqualTo(2);

    assertThat(console.err().lines().filter(line -> line.startsWith("espalier: ")))
        .singleElement()
        .asString()
        .contains(message);
    assertThat(run).doesNotExist();
  }

  @Test
  void aFinishedRunIsShownWithoutItsEngine() throws IOException {
    assertThat(train("--engine", "echo")).as(console.err()).isZero();
    var recipe = Files.readString(run.resolve("recipe.yaml")).replace("name: echo", "name: gone");
    Files.writeString(run.resolve("recipe.yaml"), recipe);

    assertThat(console.run(List.of("run", run.toString(), "--resume", "--json")))
        .as(console.err())
        .isZero();
    assertThat(console.out()).contains("\"engine\" : \"echo\"");
  }

  @Test
  void aModelIsEvaluatedByTheEngineAskedForWhateverTrainedIt() {
    assertThat(train("--engine", "echo")).as(console.err()).isZero();
    EchoEngines.COMPILED.set(0);

    assertThat(console.run(List.of("evaluate", run.toString(), "--json")))
        .as(console.err())
        .isZero();
    assertThat(EchoEngines.COMPILED).hasValue(0);
    assertThat(console.json().get("engine").asString()).isEqualTo("cpu");

    var asked = List.of("evaluate", run.toString(), "--engine", "echo", "--json");
    assertThat(console.run(asked)).as(console.err()).isZero();
    assertThat(EchoEngines.COMPILED).hasValue(1);
    assertThat(console.json().get("engine").asString()).isEqualTo("echo");
  }

  @Test
  void samplesAreClassifiedByTheEngineAskedFor() throws IOException {
    assertThat(train()).as(console.err()).isZero();
    var rows = folder.resolve("rows.csv").toString();
    Files.writeString(Path.of(rows), "1,2\n-1,0\n");

    assertThat(console.run(List.of("predict", run.toString(), "--input", rows, "--engine", "echo")))
        .as(console.err())
        .isZero();
    assertThat(EchoEngines.COMPILED).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluate", "predict --input none.csv"})
  void aModelIsNotReadForAnEngineThatIsAbsent(String command) {
    var arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add(1, folder.resolve("nowhere").toString());
    arguments.addAll(List.of("--engine", "echo", "--device", "cuda"));

    assertThat(console.run(arguments)).isEqualTo(2);
    assertThat(console.err()).contains("device cuda: engine echo finds none here");
  }
}
