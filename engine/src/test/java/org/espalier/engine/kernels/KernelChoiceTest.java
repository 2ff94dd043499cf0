package org.espalier.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jdk.incubator.vector.FloatVector;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;

final class KernelChoiceTest {

  @Test
  void theWidestVectorsOfTheProcessorAreChosen() {
    var choice = KernelChoice.choose("");
    assertThat(choice.kernels().lanes()).isEqualTo(FloatVector.SPECIES_PREFERRED.length());
    assertThat(choice.kernels()).isNotInstanceOf(ScalarKernels.class);
    assertThat(choice.warning()).isEmpty();
  }

  @Test
  void everyWidthOfTheProcessorCanBeForced() {
    assertThat(KernelChoice.available()).isNotEmpty();
    for (var kernels : KernelChoice.available()) {
      var chosen = KernelChoice.choose("" + kernels.lanes() * Float.SIZE).kernels();
      assertThat(chosen.name()).isEqualTo(kernels.lanes() * Float.SIZE + "-bit vectors");
    }
  }

  @Test
  void scalarLoopsCanBeForced() {
    assertThat(KernelChoice.choose("scalar").kernels()).isInstanceOf(ScalarKernels.class);
  }

  @Test
  void anotherWidthIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> KernelChoice.choose("1024"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("espalier.vectors=1024: expected ")
        .hasMessageContaining("128, or scalar");
  }
}
