package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.app.recipe.Mappers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir Path folder;

  @Test
  void makesEveryRunOnceAndComparesThem() throws IOException {
    var first = Mappers.JSON.readTree(compare("dense,rigl"));

    assertThat(first.at("/cells/0/method").asString()).isEqualTo("dense");
    assertThat(first.at("/cells/1/method").asString()).isEqualTo("rigl");
    assertThat(first.at("/cells/1/seeds").asInt()).isEqualTo(2);
    assertThat(first.at("/cells/1/runs").size()).isEqualTo(2);
    assertThat(first.at("/cells/1/memory_bytes").asDouble())
        .isLessThan(first.at("/cells/0/memory_bytes").asDouble() / 4);
    assertThat(folder.resolve("compare.html")).content().contains("rigl", "90 %", "(n=2)");

    var before = results();
    var second = Mappers.JSON.readTree(compare("dense,rigl"));

    assertThat(second).isEqualTo(first);
    assertThat(results()).hasSize(4).isEqualTo(before);
  }

  private String compare(String methods) {
    var out = new StringWriter();
    var err = new StringWriter();
    var code =
        Espalier.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
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
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
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
