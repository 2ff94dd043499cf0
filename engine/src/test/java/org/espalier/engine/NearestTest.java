package org.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> WORDS = List.of("rigl", "set", "dense", "static");

  @Test
  void distanceCountsEdits() {
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("abc", "abc")).isZero();
  }

  @Test
  void findsTheWordThatWasMeant() {
    assertThat(Nearest.to("rigel", WORDS)).contains("rigl");
    assertThat(Nearest.to("dence", WORDS)).contains("dense");
  }

  @Test
  void staysSilentWhenNothingIsNear() {
    assertThat(Nearest.to("transformer", WORDS)).isEmpty();
    assertThat(Nearest.hint("transformer", WORDS)).isEmpty();
    assertThat(Nearest.suggestion("transformer", WORDS))
        .isEqualTo("; expected one of " + String.join(", ", WORDS));
  }

  @Test
  void equallyNearWordsGoByAlphabet() {
    assertThat(Nearest.to("bat", List.of("cat", "bar", "hat"))).contains("bar");
  }
}
