package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTest {

  @ParameterizedTest
  @CsvSource({"10ep, 4690", "500it, 500", "0ep, 0", "0it, 0"})
  void countsStepsByTheEpoch(String text, long steps) {
    assertThat(Duration.parse(text).steps(469)).isEqualTo(steps);
  }

  @Test
  void isWrittenAsItIsRead() {
    assertThat(Duration.parse("10ep")).isEqualTo(Duration.ofEpochs(10)).hasToString("10ep");
    assertThat(Duration.parse(" 500it ")).isEqualTo(Duration.ofSteps(500)).hasToString("500it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "ep",
        "-1ep",
        "1.5ep",
        "10 ep",
        "10EP",
        "10epit",
        "9999999999999999999it"
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> Duration.parse(text))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("\"" + text + "\"", "10ep", "500it");
  }

  @Test
  void refusesMoreStepsThanCanBeCounted() {
    assertThatThrownBy(() -> Duration.parse("999999999999999999ep").steps(100))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("999999999999999999ep");
  }
}
