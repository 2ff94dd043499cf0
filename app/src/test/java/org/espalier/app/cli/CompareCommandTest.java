package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.app.run.FolderLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CompareCommandTest {
  @TempDir private Path folder;
  private final Console console = new Console();

  @Test
  void makesEveryRunOnceAndComparesThem() throws IOException {
    var first = compare("dense,rigl");

    assertThat(first.at("/cells/0/method").asString()).isEqualTo("dense");
    assertThat(first.at("/cells/1/method").asString()).isEqualTo("rigl");
    assertThat(first.at("/cells/1/seeds").asInt()).isEqualTo(2);
    assertThat(first.at("/cells/1/runs").size()).isEqualTo(2);
    assertThat(first.at("/cells/1/memory_bytes").asDouble())
        .isLessThan(first.at("/cells/0/memory_bytes").asDouble() / 4);
    assertThat(folder.resolve("compare.html")).content().contains("rigl", "90 %", "(n=2)");

    var before = results();
    var second = compare("dense,rigl");

    assertThat(second).isEqualTo(first);
    assertThat(results()).hasSize(4).isEqualTo(before);
  }

  @Test
  void aFolderBelongsToOneSweepAtATime() {
    try (var _ = FolderLock.of(folder)) {
      assertThat(run("dense")).isEqualTo(1);
    }

    assertThat(console.err()).contains(folder + " is in use by another process");
  }

  private int run(String methods) {
    return console.run(
        "compare",
        "--data=glyphs",
        "--model=mlp:32",
        "--methods=" + methods,
        "--sparsities=0.9",
        "--seeds=1,2",
        "--duration=3it",
        "--threads=1",
        "--out=" + folder,
        "--json");
  }

  private JsonNode compare(String methods) {
    var code = run(methods);
    assertThat(code).as(console.err()).isZero();
    return console.json();
  }

  /** Every result with the time it was written. */
  private List<String> results() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.endsWith("result.json"))
          .map(file -> file + " " + file.toFile().lastModified())
          .sorted()
          .toList();
    }
  }
}
