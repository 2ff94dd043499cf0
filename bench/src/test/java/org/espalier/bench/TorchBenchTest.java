package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.EspalierException;
import org.espalier.torch.TorchEngine;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** That the races against libtorch are run and tell what they found; how fast is no matter here. */
class TorchBenchTest {

  @BeforeAll
  static void libraryIsThere() {
    try {
      new TorchEngine();
    } catch (EspalierException absent) {
      Assumptions.abort("skipped: " + absent.getMessage());
    }
  }

  private static JsonNode bench(String arguments) {
    return BenchRun.json(arguments + " --threads 2 --seconds 0.01 --no-tuning");
  }

  private static void assertInterval(JsonNode row) {
    assertThat(row.get("ratio").doubleValue())
        .isBetween(row.get("ratio_low").doubleValue(), row.get("ratio_high").doubleValue());
  }

  @Test
  void stepsAreRacedAndBothSidesWeighed() {
    var row = bench("step --model mlp:32 --batch 5 --sparsity 0.9 --against torch");

    assertInterval(row);
    assertThat(row.get("input").asString()).isEqualTo("1x28x28");
    assertThat(row.get("torch_layout").asString()).isIn("NCHW", "NHWC");
    assertThat(row.get("torch_ms").doubleValue()).isPositive();
    assertThat(row.get("espalier_ms").doubleValue()).isPositive();
    assertThat(row.get("espalier_bytes").longValue())
        .isBetween(1L, row.get("torch_bytes").longValue());
    if (ResidentMemory.soFar().isPresent()) { // where the system tells
      for (var side : new String[] {"torch", "espalier"}) {
        assertThat(row.get(side + "_peak_resident_bytes").longValue())
            .isGreaterThan(row.get(side + "_base_resident_bytes").longValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp:24", "lenet-5"})
  void everyLayerIsRaced(String model) {
    var result = bench("layers --model " + model + " --batch 3 --sparsity 0.9 --against torch");

    assertThat(result.get("layers").size()).isPositive();
    for (var layer : result.get("layers")) {
      assertThat(layer.get("layout").asString()).isIn("NCHW", "NHWC");
      assertThat(layer.get("dense_ms").doubleValue()).isPositive();
      assertThat(layer.get("own_dense").get("ms").doubleValue()).isPositive();
      assertThat(layer.get("sparse").get(0).get("ratio").doubleValue()).isPositive();
    }
  }

  @Test
  void inferenceIsRacedInItsBetterLayout() {
    var row = bench("inference --model resnet-20 --input 3x8x8 --batch 3 --against torch");

    assertInterval(row);
    assertThat(row.get("torch_layout").asString()).isIn("NCHW", "NHWC");
    assertThat(row.get("fastest_rival").asString()).isEqualTo("torch");
    assertThat(row.get("versions").propertyNames()).contains("pytorch", "onnxruntime");
  }
}
