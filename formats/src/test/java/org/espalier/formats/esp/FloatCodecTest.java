package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;

class FloatCodecTest {
  @Test
  void moreValuesThanASectionHoldsAreRefused() {
    assertThat(FloatCodec.F32.bytes(700_000_000, 1000)).isEqualTo(2_100_001_000);
    assertThat(FloatCodec.F16.bytes(2_000_000_000, 1000)).isEqualTo(2_000_001_000);
    assertThatThrownBy(() -> FloatCodec.F32.bytes(800_000_000, 1000))
        .isInstanceOf(EspalierException.class)
        .hasMessage("a tensor of 800000000 values takes 2400001000 bytes, expected less than 2³¹");
    assertThatThrownBy(() -> FloatCodec.F16.bytes(2_000_000_000, 200_000_000))
        .isInstanceOf(EspalierException.class);
  }
}
