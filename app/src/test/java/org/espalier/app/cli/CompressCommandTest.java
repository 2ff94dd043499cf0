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
import tools.jackson.databind.JsonNode;

class CompressCommandTest {
  @TempDir private Path folder;
  private final Console console = new Console();

  @BeforeEach
  void trainANetwork() throws IOException {
    Samples.threeClasses(folder.resolve("samples.csv"));
    run("train", "--data", "csv:" + folder + "/samples.csv", "--model", "mlp:60x60")
        .with("--method", "rigl", "--sparsity", "0.5", "--set=method.every=10it")
        .with("--batch", "16", "--epochs", "6", "--out", folder.resolve("run").toString())
        .succeeds();
  }

  @Test
  void withoutATargetEveryBitComesBack() throws IOException {
    compress("small.esp").succeeds();
    run("decompress", path("small.esp"), "--out", path("back.safetensors")).succeeds();

    assertThat(dense("back.safetensors")).isEqualTo(dense("run"));
    assertThat(Files.size(folder.resolve("small.esp")))
        .isLessThan(Files.size(folder.resolve("run/model.safetensors")));
  }

  @Test
  void theFileIsAsSmallAsAskedFor() throws IOException {
    var result = compress("small.esp").with("--size", "2KB").succeeds();

    assertThat(Files.size(folder.resolve("small.esp"))).isBetween(1500L, 2000L);
    assertThat(result.get("esp_bytes").longValue())
        .isEqualTo(Files.size(folder.resolve("small.esp")));
    assertThat(result.propertyNames())
        .contains("float32_bytes", "safetensors_bytes", "gzip_bytes", "zstd_bytes")
        .contains("bits_per_parameter", "bits_per_nonzero", "accuracy_before", "accuracy_after");
  }

  @Test
  void bitsCountTheWholeFile() throws IOException {
    var result = compress("small.esp").with("--bits", "4").succeeds();

    assertThat(result.get("bits_per_parameter").doubleValue()).isBetween(3.0, 4.0);
    assertThat(8.0 * Files.size(folder.resolve("small.esp")))
        .isLessThanOrEqualTo(4.0 * result.get("parameters").longValue());
  }

  @Test
  void noMoreAccuracyIsLostThanAllowed() {
    var result = compress("small.esp").with("--max-drop", "2").succeeds();

    assertThat(result.get("accuracy_after").doubleValue())
        .isGreaterThanOrEqualTo(result.get("accuracy_before").doubleValue() - 0.02);
    assertThat(result.get("esp_bytes").longValue())
        .isLessThan(result.get("zstd_bytes").longValue() / 2);
  }

  @Test
  void refinedWeightsAreMadeCoarserFromTheFileAlone() throws IOException {
    compress("large.esp").with("--size", "4KB", "--progressive").succeeds();
    run("compress", path("large.esp"), "--no-evaluation", "--out", path("small.esp"))
        .with("--size", "2500", "--progressive")
        .succeeds();

    assertThat(Files.size(folder.resolve("small.esp"))).isBetween(2000L, 2500L);
  }

  @Test
  void whatMakesNoSenseIsRefusedBeforeAnythingIsWritten() {
    compress("a.esp").with("--size", "many").fails(2, "size 'many': expected a number of bytes");
    compress("a.esp").with("--bits", "-1").fails(2, "--bits -1.0: expected more than 0");
    compress("a.esp").with("--coding", "int9").fails(2, "'int9', expected one of [exact, half,");
    compress("a.esp").with("--progressive").fails(2, "expected --size or --bits");
    compress("a.esp").with("--max-drop", "1", "--no-evaluation").fails(2, "--max-drop measures");
    compress("a.esp").with("--size", "100").fails(1, "no coding takes");
    compress("samples.csv").fails(1, "samples.csv exists, expected the name of a new file");
    assertThat(folder.resolve("a.esp")).doesNotExist();
  }

  @Test
  void theSmallestSizeThatIsNamedCanBeHad() {
    for (var how : List.of("--no-evaluation", "--progressive")) {
      assertThat(console.run(compress("a.esp").with("--size", "100", how).arguments)).isEqualTo(1);
      var named = console.err().replaceFirst("(?s).*the smallest file has ([0-9,]+).*", "$1");

      compress(how + ".esp").with("--size", named.replace(",", ""), how).succeeds();
    }
  }

  private Call compress(String target) {
    return run("compress", path("run"), "--out", path(target));
  }

  private Call run(String... arguments) {
    return new Call(List.of(arguments));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private byte[] dense(String model) throws IOException {
    var target = folder.resolve(model + ".dense.safetensors");
    run("export", path(model), "--out", target.toString()).succeeds();
    // The header has the metadata of the file it came from.
    var bytes = Files.readAllBytes(target);
    return Arrays.copyOfRange(bytes, bytes.length - 4 * 4000, bytes.length);
  }

  /** A command with its arguments. */
  private final class Call {
    private final List<String> arguments;

    Call(List<String> arguments) {
      this.arguments = arguments;
    }

    Call with(String... more) {
      var all = new ArrayList<>(arguments);
      all.addAll(List.of(more));
      return new Call(all);
    }

    JsonNode succeeds() {
      assertThat(console.run(with("--json").arguments)).as(console.err()).isZero();
      return console.json();
    }

    void fails(int exit, String message) {
      assertThat(console.run(arguments)).as(console.out() + console.err()).isEqualTo(exit);
      assertThat(console.err()).contains(message).hasLineCount(1);
    }
  }
}
