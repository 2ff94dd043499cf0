package org.espalier.formats.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EliasFanoTest {
  @Test
  void selectRankAndContainsAgreeWithTheMask() {
    for (var density : new double[] {0, 0.0005, 0.01, 0.2, 0.6, 1}) {
      agrees("density " + density, Masks.random(20_000, density, 11));
    }
    Masks.adversarial(20_000).forEach(EliasFanoTest::agrees);
    Masks.adversarial(3).forEach(EliasFanoTest::agrees);
  }

  private static void agrees(String what, Bitmap mask) {
    var code = EliasFano.of(mask);
    var ones = mask.ones();
    assertThat(code.count()).as(what).isEqualTo(ones.length);
    for (var i = 0; i < ones.length; i++) {
      assertThat(code.select(i)).as("%s, select %d", what, i).isEqualTo(ones[i]);
    }
    var rank = 0;
    for (var position = 0; position < mask.positions(); position++) {
      assertThat(code.rank(position)).as("%s, rank %d", what, position).isEqualTo(rank);
      assertThat(code.contains(position)).as(what).isEqualTo(mask.contains(position));
      rank += mask.contains(position) ? 1 : 0;
    }
    assertThat(code.rank(mask.positions())).as(what).isEqualTo(rank);
    assertThat(code.toBitmap()).as(what).isEqualTo(mask);
  }

  @Test
  void placesThatAreNotThereAreRefused() {
    var code = EliasFano.of(Masks.random(100, 0.5, 12));
    assertThatThrownBy(() -> code.select(code.count()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> code.contains(100)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> code.rank(101)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
