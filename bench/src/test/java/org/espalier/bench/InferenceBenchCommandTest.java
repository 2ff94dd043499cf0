package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** That it measures what it says; how fast anything is is no matter here. */
class InferenceBenchCommandTest {

  private static JsonNode inference(String options) {
    return BenchRun.json("inference --threads 2 --seconds 0.01 --no-tuning " + options);
  }

  @Test
  void oneBatchIsOneObject() {
    var row = inference("--model resnet-20 --input 3x8x8 --batch 3");

    assertThat(row.propertyNames())
        .contains("model", "batch", "sparsity", "distribution", "threads", "espalier_ms")
        .contains("onnxruntime_ms", "ratio", "ratio_low", "ratio_high", "fastest_rival");
    assertThat(row.get("distribution").asString()).isEqualTo("erk");
    assertThat(row.get("fastest_rival").asString()).isEqualTo("onnxruntime");
    assertThat(row.get("ratio").doubleValue())
        .isBetween(row.get("ratio_low").doubleValue(), row.get("ratio_high").doubleValue());
  }

  @Test
  void severalBatchesAreARowEach() {
    var rows = inference("--model lenet-5 --input 1x28x28 --batch 1,5").get("rows");

    assertThat(rows.valueStream().map(row -> row.get("batch").intValue())).containsExactly(1, 5);
  }

  @Test
  void tilingsThatWereTriedAreToldOnRequest() {
    var told =
        BenchRun.text(
            "inference --model mlp:1024 --batch 128 --against cpu --seconds 0.01 --verbose");

    assertThat(told).containsPattern("fc1 forward, density .*, (measured|cached) \\(");
  }

  @Test
  void theFastestRivalIsTheOneQuoted() {
    var row = inference("--model mlp:64 --input 1x8x8 --batch 2 --against cpu,onnxruntime");

    var fastest = row.get("fastest_rival").asString();
    assertThat(row.get("ratio")).isEqualTo(row.get(fastest + "_ratio"));
    assertThat(row.get("ratio").doubleValue())
        .isLessThanOrEqualTo(row.get("cpu_ratio").doubleValue())
        .isLessThanOrEqualTo(row.get("onnxruntime_ratio").doubleValue());
  }
}
