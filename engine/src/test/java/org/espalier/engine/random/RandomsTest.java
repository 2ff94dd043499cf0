package org.espalier.engine.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class RandomsTest {

  @Test
  void streamsDifferInEveryCoordinate() {
    var firsts = new HashSet<Long>();
    for (var seed = 0; seed < 5; seed++) {
      for (var purpose : Purpose.values()) {
        for (var a = 0; a < 5; a++) {
          for (var b = 0; b < 5; b++) {
            firsts.add(new Randoms(seed).stream(purpose, a, b).nextLong());
          }
        }
      }
    }
    assertThat(firsts).hasSize(5 * Purpose.values().length * 25);
  }

  @Test
  void streamsDoNotDependOnWhatElseWasDrawn() {
    var randoms = new Randoms(3);
    var expected = randoms.stream(Purpose.TOPOLOGY, "fc1.weight", 7).nextLong();
    randoms.stream(Purpose.ORDER, 0, 0).nextLong();

    assertThat(randoms.stream(Purpose.TOPOLOGY, "fc1.weight", 7).nextLong()).isEqualTo(expected);
    assertThat(randoms.stream(Purpose.TOPOLOGY, "fc2.weight", 7).nextLong()).isNotEqualTo(expected);
  }

  /** Recipes promise the same run in years to come: the bits must never change. */
  @Test
  void bitsOfAKnownStreamNeverChange() {
    assertThat(new Randoms(1).stream(Purpose.INITIALISATION, "fc1.weight", 0).nextLong())
        .isEqualTo(-639285299273169227L);
  }
}
