package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentMemoryTest {

  @Test
  void theLastLineOfAProcessCounts() {
    var memory = new ResidentMemory(12, 345);

    assertThat(ResidentMemory.parse("a library had to say\n" + memory.line() + "\n"))
        .isEqualTo(memory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1 2 3", "one two", "-1 5", "99999999999999999999 1"})
  void whatIsNoMeasurementIsNone(String said) {
    assertThat(ResidentMemory.parse(said)).isNull();
  }

  @Test
  void anotherProcessUnderstandsWhichSideItIs() {
    var side =
        new StepProcess.Side(
            "torch", "nhwc", "resnet-20", "3x32x32", 10, 64, 0.95, "erk", "2x1", 2);

    assertThat(StepProcess.Side.of(side.arguments().toArray(String[]::new))).isEqualTo(side);
  }
}
