package org.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.network.NetworkText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspalierExceptionTest {
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\u0085", "\u2028", "\u2029", "\u001B", "\0"})
  void whatAFilePutsIntoANameCannotBreakTheLine(String control) {
    var error = new EspalierException("tensor fc" + control + "weight is missing");

    assertThat(error).hasMessage("tensor fc?weight is missing");
  }

  @Test
  void theCauseIsKept() {
    var cause = new IllegalStateException();

    assertThat(new EspalierException("two\nlines", cause)).hasMessage("two?lines").hasCause(cause);
  }

  /** As the fuzzer found it. */
  @Test
  void aCarriageReturnInANumberOfALayerStaysOnTheLine() {
    var text = "network 1\nname n\ninput 1x4x4\nc: conv2d channels=1 kernel=\r stride=1 <- input\n";

    assertThatThrownBy(() -> NetworkText.parse(text))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("kernel '?', expected a whole number");
  }
}
