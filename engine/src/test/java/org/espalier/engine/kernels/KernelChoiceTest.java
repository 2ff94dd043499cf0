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

  @Test
  void fewSamplesGetNarrowVectorsButNeverWiderOnesThanAskedFor() {
    var widest = KernelChoice.available().getFirst();
    var narrowest = KernelChoice.available().getLast();

    assertThat(KernelChoice.narrowed(widest, 1).lanes()).isEqualTo(1);
    assertThat(KernelChoice.narrowed(widest, 2).lanes()).isEqualTo(4);
    assertThat(KernelChoice.narrowed(widest, 4).lanes()).isEqualTo(4);
    assertThat(KernelChoice.narrowed(widest, 5).lanes()).isEqualTo(Math.min(8, widest.lanes()));
    assertThat(KernelChoice.narrowed(widest, 1000).lanes()).isEqualTo(widest.lanes());
    assertThat(KernelChoice.narrowed(narrowest, 1000).lanes()).isEqualTo(narrowest.lanes());
  }

  @Test
  void checkedKernelsStayWhatTheyAreAndScalarOnesNarrowForOneSampleAlone() {
    var scalar = KernelChoice.choose("scalar").kernels();
    var checked = KernelChoice.available().getFirst().checked();

    assertThat(KernelChoice.narrowed(scalar, 2)).isSameAs(scalar);
    assertThat(KernelChoice.narrowed(scalar, 1).lanes()).isEqualTo(1);
    assertThat(KernelChoice.narrowed(checked, 1)).isSameAs(checked);
  }
}
