package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.espalier.app.recipe.Mappers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole program with libtorch in it. */
class TorchCommandLineTest {
  @TempDir private Path folder;

  @BeforeAll
  static void libraryIsThere() {
    TorchBenchTest.libraryIsThere();
  }

  private static JsonNode json(String arguments) {
    return Mappers.JSON.readTree(BenchRun.program(arguments + " --threads 1 --json"));
  }

  @Test
  void whatLibtorchTrainedBothEnginesEvaluateAlike() {
    var run = folder.resolve("run");
    var trained =
        json(
            "train --data glyphs --model mlp:32 --method rigl --sparsity 0.8 --epochs 1"
                + " --engine torch --out "
                + run);
    var torch = json("evaluate " + run + " --engine torch");
    var own = json("evaluate " + run);

    assertThat(trained.get("engine").asString()).isEqualTo("torch");
    assertThat(torch.get("engine").asString()).isEqualTo("torch");
    assertThat(own.get("engine").asString()).isEqualTo("cpu");
    for (var figure : new String[] {"loss", "accuracy"}) {
      var expected = trained.get("test_" + figure).doubleValue();
      assertThat(torch.get(figure).doubleValue()).as(figure).isCloseTo(expected, within(2e-3));
      assertThat(own.get(figure).doubleValue()).as(figure).isCloseTo(expected, within(2e-3));
    }
    assertThat(own.get("accuracy").doubleValue()).as("guessing is 0.1").isGreaterThan(0.2);
  }
}
