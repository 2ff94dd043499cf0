package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.formats.surp.RefinedTensor.Past;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefinedTensorTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000})
  void selectFindsWhatCountCounts(int length) {
    var tensor = new RefinedTensor(length, 1);
    var random = Weights.random(length);
    for (var pass = 0; pass < 3; pass++) {
      for (var i = 0; i < length; i++) {
        if (random.nextInt(3) == 0) {
          touch(tensor, i);
        }
      }
      tensor.endPass();
    }

    for (var past : Past.values()) {
      var rank = 0;
      for (var i = 0; i < length; i++) {
        assertThat(tensor.count(past, 0, i)).as("%s before %d", past, i).isEqualTo(rank);
        if (tensor.past(i) == past) {
          assertThat(tensor.select(past, 0, rank)).isEqualTo(i);
          assertThat(tensor.select(past, i, 0)).isEqualTo(i);
          rank++;
        }
      }
      assertThat(tensor.count(past)).isEqualTo(rank);
      assertThat(tensor.count(past, 0, length)).isEqualTo(rank);
    }
  }

  @Test
  void whatAPassTouchesIsThePastOfTheNext() {
    var tensor = new RefinedTensor(10, 2);
    tensor.touch(3, 0.5, true);
    assertThat(tensor.past(3)).isEqualTo(Past.UNTOUCHED);
    tensor.endPass();
    assertThat(tensor.past(3)).isEqualTo(Past.LATEST);
    tensor.refine(3, 0.25);
    tensor.endPass();
    assertThat(tensor.past(3)).isEqualTo(Past.LATEST);
    tensor.endPass();
    assertThat(tensor.past(3)).isEqualTo(Past.EARLIER);
    assertThat(tensor.weights()).contains(-1.5f).containsOnlyOnce(-1.5f);
  }

  private static void touch(RefinedTensor tensor, int position) {
    if (tensor.past(position) == Past.UNTOUCHED) {
      tensor.touch(position, 1, false);
    } else {
      tensor.refine(position, 1);
    }
  }
}
