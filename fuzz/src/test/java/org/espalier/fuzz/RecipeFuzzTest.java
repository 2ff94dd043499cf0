package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.espalier.app.recipe.RecipeDraft;
import org.junit.jupiter.params.provider.MethodSource;

/** Recipes as YAML, and overrides. */
class RecipeFuzzTest {

  static Stream<byte[]> seeds() {
    return Stream.of(
            """
            data: {name: glyphs}
            model: lenet-300-100
            method: {name: rigl, sparsity: 0.9, every: 100it}
            train: {epochs: 5, batch: 64}
            """,
            """
            data:
              name: mnist
            model: "mlp:20x10"
            method:
              name: static-random
              densities: {fc1: 0.1, fc2: .5}
            seed: 1
            """,
            "method.sparsity=[0.9, 1e-3]")
        .map(it -> it.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void parsed(byte[] input) throws IOException {
    var text = new String(input, StandardCharsets.UTF_8);
    ReaderContract.requireKept(
        input.length, () -> RecipeDraft.parse(text, "recipe.yaml").resolve());
    ReaderContract.requireKept(input.length, () -> RecipeDraft.empty().set(text));
  }
}
