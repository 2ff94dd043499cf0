package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StepRowTest {
  private static final Machine MACHINE =
      new Machine("512-bit vectors", "25", "a processor", Map.of("espalier", "1"));

  @Test
  void figuresAgainstTorchHaveTheNamesThatScriptsExpect() {
    var json = StepChartTest.row("torch", 0.9, 4).json(MACHINE);

    assertThat(json)
        .containsKeys(
            "model", "batch", "sparsity", "distribution", "block", "threads", "against", "nnz")
        .containsKeys("espalier_ms", "torch_ms", "ratio", "ratio_low", "ratio_high", "pairs")
        .containsKeys("rewiring_ms", "vectors", "jdk", "cpu", "versions")
        .containsEntry("torch_layout", "NCHW")
        .containsEntry("torch_layout_ms", Map.of("NCHW", 10.0, "NHWC", 12.0))
        .containsEntry("espalier_bytes", 10L)
        .containsEntry("torch_bytes", 60L)
        .containsEntry("parameter_bytes_ratio", 6.0)
        .containsEntry("espalier_peak_resident_bytes", 2L)
        .doesNotContainKey("torch_peak_resident_bytes");
  }

  @Test
  void besideOurOwnDenseNetworkOursIsTheSparseOne() {
    assertThat(StepChartTest.row("dense", 0.9, 4).json(MACHINE))
        .containsKeys("dense_ms", "sparse_ms", "dense_bytes", "sparse_bytes")
        .doesNotContainKeys("dense_layout", "espalier_ms");
  }
}
