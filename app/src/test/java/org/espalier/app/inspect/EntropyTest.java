package org.espalier.app.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EntropyTest {

  @Test
  void aMaskOfHalfTakesOneBitPerPositionAndAKnownOneNone() {
    assertThat(Entropy.ofMask(50, 100)).isCloseTo(1, within(1e-12));
    assertThat(Entropy.ofMask(0, 100)).isZero();
    assertThat(Entropy.ofMask(100, 100)).isZero();
    assertThat(Entropy.ofMask(0, 0)).isZero();
    // 0.1 · log2 10 + 0.9 · log2 (10 / 9)
    assertThat(Entropy.ofMask(10, 100)).isCloseTo(0.468_996, within(1e-6));
  }

  @Test
  void levelsCountByTheirFrequencies() {
    float[] values = {-1, -1, -1, -1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3};

    assertThat(Entropy.ofValues(values).orElseThrow()).isCloseTo(1.5, within(1e-12));
  }

  @Test
  void valuesThatHardlyRepeatAreNotTakenForLevels() {
    assertThat(Entropy.ofValues(new float[] {1, 1, 1, 2, 2, 2})).isEmpty();
    assertThat(Entropy.ofValues(new float[0])).isEmpty();
  }
}
