package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class KernelSelfCheckTest {

  @Test
  void measuresPeakAndProduct() {
    var check = KernelSelfCheck.run(Kernels.best(), Duration.ofSeconds(2));
    assertThat(check.peak()).isPositive();
    assertThat(check.product()).isPositive();
    assertThat(check.toString()).startsWith(Kernels.best().name()).contains("GF/s");
  }

  @Test
  void warnsBelowAQuarterOfThePeak() {
    assertThat(new KernelSelfCheck("512-bit vectors", 100, 25).warning()).isEmpty();
    assertThat(new KernelSelfCheck("512-bit vectors", 100, 24.9).warning())
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "Slow: 512-bit vectors: the sparse kernel reaches 24.9 GF/s, "
                            + "25 % of the measured peak of 100.0 GF/s"));
  }
}
