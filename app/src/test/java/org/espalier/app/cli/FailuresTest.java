package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong is told in one line, with the right exit code, and destroys nothing. */
class FailuresTest {
  @TempDir private Path folder;
  private Path run = Path.of("");
  private final Console console = new Console();

  @BeforeEach
  void writeSamples() throws IOException {
    run = folder.resolve("run");
    Samples.twoClasses(folder.resolve("samples.csv"), 100);
  }

  /** Trains on the samples; later arguments decide. */
  private int train(String... more) {
    var arguments = new ArrayList<>(List.of("train", "--data", "csv:" + folder + "/samples.csv"));
    arguments.addAll(List.of("--model", "mlp:8", "--method", "static-random", "--batch", "10"));
    arguments.addAll(List.of("--epochs", "2", "--threads", "1", "--out", run.toString()));
    arguments.addAll(List.of(more));
    return console.run(arguments);
  }

  private void assertOneLine(String message) {
    assertThat(console.err().lines().filter(line -> line.startsWith("espalier: ")))
        .singleElement()
        .asString()
        .contains(message);
    assertThat(console.err()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian | did you mean train?",
        "methods --jsn | did you mean --json?",
        "train --data glyphs --model lenet-5 | --method",
        "train --data glyphs --model lenet-5 --method rigl --sparsity lots | --sparsity",
        "train --data glyphs --model lenet-5 --method rigl --sparsity 1.5 | sparsity 1.5",
        "train --data glyphs --model lenet-5 --method rigl --sparsity -1 | sparsity -1",
        "train --data glyphs --model lenet-5 --method rigl --sparsity 1 | sparsity 1",
        "train --data glyphs --model lenet-5 --method rigel | did you mean rigl?",
        "train --data glyphs --model lenet-5 --method rigl --set btch=3 | did you mean batch?",
        "train --data glyphs --model lenet-5 --method rigl --set method.spars=0 | method.spars",
        "train --data glyphs --model lenet-5 --method rigl --block 3x2 | method.block: block 3x2",
        "train --data glyphs --model lenet-5 --method set --block two | expected OUTPUTSxINPUTS",
        "train --data glyphs --model lenet-5 --method dense --sparsity 0.9 | dense keeps all",
        "train --data glypsh --model lenet-5 --method dense | did you mean glyphs?",
        "evaluate nowhere --split tset | --split",
        "evaluate nowhere --batch 0 | --batch 0: expected 1 or more",
        "evaluate nowhere --threads -1 | --threads -1: expected 0 or more",
        "predict nowhere --input a.png --top 0 | --top 0: expected 1 or more",
        "run nowhere.yaml --epochs few | --epochs"
      })
  void aRequestThatMakesNoSenseIsBadUsage(String arguments, String message) {
    assertThat(console.run(arguments.split(" "))).isEqualTo(2);
    assertOneLine(message);
    assertThat(console.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--set=model=lenet-300-10 | did you mean lenet-300-100?",
        "--set=method.densities={fc9: 0.5} | fc9",
        "--set=data.validation=1000 | validation",
        "--set=batch=1000 | batch 1000",
        "--set=duration=0ep | expected at least 1",
        "--set=duration=ten | duration \"ten\"",
        "--checkpoint=never | checkpoint \"never\"",
        "--set=learning-rate.warmup=x | learning-rate.warmup",
        "--set=data.augmentation=flip | augmentation",
        "--set=optimizer.momentum=1.5 | momentum 1.5"
      })
  void aRecipeThatDoesNotFitItsDataIsRefusedBeforeTraining(String argument, String message) {
    assertThat(train(argument)).isEqualTo(2);
    assertOneLine(message);
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evaluate FOLDER/nothing | no such file or folder",
        "evaluate FOLDER | expected the folder of a run",
        "inspect FOLDER/samples.csv | samples.csv",
        "run FOLDER/nothing.yaml | nothing.yaml: no such file",
        "train --data csv:FOLDER/no.csv --model mlp:8 --method dense | no.csv",
        "train --data mnist --data-dir FOLDER/none --model mlp:8 --method dense | none"
      })
  void aRequestThatCannotBeMetFails(String arguments, String message) {
    var here = arguments.replace("FOLDER", folder.toString());
    assertThat(console.run(here.split(" "))).isEqualTo(1);
    assertOneLine(message);
  }

  @Test
  void anExistingRunIsNeverOverwritten() throws IOException {
    assertThat(train("--json")).as(console.err()).isZero();
    var model = Files.readAllBytes(run.resolve("model.safetensors"));

    assertThat(train()).isEqualTo(1);
    assertOneLine("holds this run already, finished; --resume shows its result");
    assertThat(train("--resume", "--seed", "2")).isEqualTo(1);
    assertOneLine("holds another run, with a different seed");
    assertThat(train("--resume", "--json")).isZero();
    assertThat(console.out()).startsWith("{").contains("\"test_accuracy\"");
    assertThat(run.resolve("model.safetensors")).hasBinaryContent(model);
  }

  @Test
  void aFolderWithOtherFilesIsNotTaken() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("thesis.txt"), "important");

    assertThat(train()).isEqualTo(1);
    assertOneLine("is not empty and holds no run");
    assertThat(run.resolve("thesis.txt")).hasContent("important");
  }

  @Test
  void aFileInPlaceOfAFolderIsNamed() {
    run = folder.resolve("samples.csv").resolve("run");

    assertThat(train()).isEqualTo(1);
    assertOneLine("samples.csv/run");
  }

  @Test
  void aDamagedModelIsRefused() throws IOException {
    assertThat(train()).as(console.err()).isZero();
    var model = run.resolve("model.safetensors");
    var bytes = Files.readAllBytes(model);
    for (var length : new int[] {0, 7, 100, bytes.length - 1}) {
      Files.write(model, Arrays.copyOf(bytes, length));
      assertThat(console.run("inspect", run.toString())).as("%d bytes", length).isEqualTo(1);
      assertOneLine("model.safetensors");
    }
    var flipped = bytes.clone();
    flipped[bytes.length - 3] ^= 4;
    Files.write(model, flipped);
    assertThat(console.run("evaluate", run.toString())).isEqualTo(1);
    assertOneLine("model.safetensors");
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    assertThat(train()).as(console.err()).isZero();
    Files.delete(run.resolve("result.json"));
    var checkpoint = run.resolve("checkpoint.esp-ckpt");
    var bytes = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(train("--resume")).isEqualTo(1);
    assertOneLine("checkpoint.esp-ckpt");

    Files.write(checkpoint, bytes);
    assertThat(train("--resume")).as(console.err()).isZero();
  }

  @Test
  void aLossThatIsNoNumberEndsTheRun() {
    assertThat(train("--lr", "1e30", "--set", "duration=20ep")).isEqualTo(1);
    assertOneLine("expected a finite number: the learning rate 1.0E30 may be too high");
    assertThat(run.resolve("model.safetensors")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "result.json | null | result.json: no fingerprint",
        "result.json | {} | result.json: no fingerprint",
        "recipe.yaml | foo: 1 | recipe.yaml: unknown recipe key foo",
      })
  void aDamagedFileOfARunIsNamed(String file, String content, String message) throws IOException {
    assertThat(train()).as(console.err()).isZero();
    Files.writeString(run.resolve(file), content);

    assertThat(train("--resume")).isEqualTo(1);
    assertOneLine(message);
  }

  @Test
  void metricsThatAreLostOrNoTextAreNamed() throws IOException {
    assertThat(train()).as(console.err()).isZero();
    Files.delete(run.resolve("result.json"));
    var metrics = run.resolve("metrics.jsonl");
    Files.delete(metrics);
    assertThat(train("--resume")).isEqualTo(1);
    assertOneLine("metrics.jsonl: 0 epochs, expected the 2");

    Files.write(metrics, new byte[] {(byte) 0xFF, '\n'});
    assertThat(train("--resume")).isEqualTo(1);
    assertOneLine("metrics.jsonl: not UTF-8 text");
  }

  @Test
  void onlyFiniteNumbersAreClassified() throws IOException {
    assertThat(train()).as(console.err()).isZero();
    var rows = folder.resolve("rows.csv");
    Files.writeString(rows, "1,2\n1,NaN\n");

    assertThat(console.run("predict", run.toString(), "--input", rows.toString())).isEqualTo(1);
    assertOneLine("rows.csv:2: column 2 is 'NaN', expected a finite number");

    Files.writeString(rows, "x;y\n1;2;3\n");
    assertThat(console.run("predict", run.toString(), "--input", rows.toString())).isEqualTo(1);
    assertOneLine("rows.csv:2: 3 values, expected 2");

    Files.writeString(rows, "");
    assertThat(console.run("predict", run.toString(), "--input", rows.toString())).isEqualTo(1);
    assertOneLine("rows.csv: no samples");
  }
}
