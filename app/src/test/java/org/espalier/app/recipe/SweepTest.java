package org.espalier.app.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
  private static final String RECIPE = "recipe: {data: {name: glyphs}, model: lenet-5}\n";

  @TempDir Path folder;

  @Test
  void everyMethodMeetsEverySparsityAndSeedButDenseOnesHaveNoSparsity() {
    var sweep =
        sweep(
            """
            methods: [dense, {name: rigl, distribution: uniform}]
            sparsities: [0.8, 0.9]
            seeds: 1..2
            """);

    var cells = sweep.cells(sweep.common());

    assertThat(cells)
        .extracting(cell -> cell.method() + " " + cell.sparsity() + " s" + cell.recipe().seed())
        .containsExactly(
            "dense 0.0 s1",
            "rigl distribution=uniform 0.8 s1",
            "rigl distribution=uniform 0.9 s1",
            "dense 0.0 s2",
            "rigl distribution=uniform 0.8 s2",
            "rigl distribution=uniform 0.9 s2");
    var folders = new HashSet<String>();
    cells.forEach(cell -> folders.add(cell.recipe().folderName()));
    assertThat(folders).hasSize(6);
    assertThat(cells.get(2).recipe().method().settings())
        .containsEntry("sparsity", 0.9)
        .containsEntry("distribution", "uniform");
  }

  @Test
  void whatIsNamedTwiceIsRunOnce() {
    var sweep = sweep("methods: [dense, rigl, rigl]\nsparsities: [0.9, 0.90]\nseeds: 1");

    assertThat(sweep.cells(sweep.common())).hasSize(2);
  }

  @Test
  void keysWithoutAValueAreAsGoodAsNone() {
    var sweep = sweep("methods: [dense]\nseeds:\nsparsities:");

    assertThat(sweep.seedNumbers()).containsExactly(1L, 2L, 3L);
    assertThatThrownBy(() -> sweep("methods: [dense, null]"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("methods: an entry without a value");
  }

  @Test
  void settingsOfAMethodForAllMethodsAreRefused() {
    var sweep = sweep("methods: [rigl]\nsparsities: [0.9]");

    assertThatThrownBy(() -> sweep.cells(sweep.common().set("method.block=2x2")))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("method: expected settings of methods with their names");
  }

  @Test
  void methodsMayComeFromElsewhere() {
    var sweep = sweep("sparsities: [0.9]");

    assertThatThrownBy(() -> sweep.cells(sweep.common()))
        .isInstanceOf(EspalierException.class)
        .hasMessage("methods: expected at least one");
  }

  @Test
  void seedsAreARangeAListOrOneNumber() {
    assertThat(sweep("methods: [dense]").seedNumbers()).containsExactly(1L, 2L, 3L);
    assertThat(sweep("methods: [dense]\nseeds: [4, 7]").seedNumbers()).containsExactly(4L, 7L);
    assertThat(sweep("methods: [dense]\nseeds: 5").seedNumbers()).containsExactly(5L);
    assertThat(sweep("methods: [dense]\nseeds: 5, 6,5").seedNumbers()).containsExactly(5L, 6L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "methods: [] | methods: expected at least one",
        "method: [rigl] | unknown key method; did you mean methods?",
        "methods: rigl | expected recipe with keys, and lists",
        "methods: [rigl] | sparsities: expected at least one for rigl",
        "{methods: [rigl], sparsities: [1.5]} | sparsity 1.5: expected 0 < sparsity < 1",
        "{methods: [rigl], sparsities: [x]} | sparsity x: expected a number",
        "{methods: [riggl], sparsities: [0.9]} | unknown method 'riggl'; did you mean rigl?",
        "{methods: [{nam: rigl}], sparsities: [0.9]} | method.name: expected the name",
        "{methods: [dense], seeds: 3..1} | seeds 3..1: expected a range",
        "{methods: [dense], seeds: many} | seeds many: expected such as 1..3",
        "[] | expected the keys of a sweep",
      })
  void whatMakesNoSenseIsNamedBeforeAnythingRuns(String text, String expected) {
    assertThatThrownBy(
            () -> {
              var sweep = Sweep.read(file(text));
              sweep.cells(sweep.common());
            })
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(expected);
  }

  private Sweep sweep(String text) {
    return Sweep.read(file(RECIPE + text));
  }

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("sweep.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
