package org.espalier.formats.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BitmapTest {
  @Test
  void onesAreThePositionsItWasMadeOf() {
    for (var positions : new int[] {1, 63, 64, 65, 130}) {
      var mask = Bitmap.of(positions, positions - 1, 0);
      assertThat(mask.ones())
          .isEqualTo(positions == 1 ? new int[] {0} : new int[] {0, positions - 1});
      assertThat(mask.count()).isEqualTo(mask.ones().length);
      assertThat(mask.contains(positions - 1)).isTrue();
      var inverted = mask.inverted();
      assertThat(inverted.count()).isEqualTo(positions - mask.count());
      assertThat(inverted.inverted()).isEqualTo(mask).hasSameHashCodeAs(mask);
      assertThat(inverted).isNotEqualTo(mask);
    }
  }

  @Test
  void bitsBeyondTheLastPositionAreRefused() {
    assertThatThrownBy(() -> new Bitmap(3, new long[] {8}))
        .hasMessage("bits set beyond position 2");
    assertThatThrownBy(() -> new Bitmap(64, new long[2]))
        .hasMessage("2 words for 64 positions: expected 1");
    assertThatThrownBy(() -> Bitmap.of(3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bitmap.of(3).contains(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
