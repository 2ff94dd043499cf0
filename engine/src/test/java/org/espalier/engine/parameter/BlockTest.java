package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.ParameterSpec.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {

  @ParameterizedTest
  @ValueSource(strings = {"1x1", "1x2", "2x1", "2x2", "4x1", "2x4"})
  void isWrittenAsItIsRead(String text) {
    assertThat(Block.parse(text)).hasToString(text);
  }

  @Test
  void countsOutputsBeforeInputs() {
    assertThat(Block.parse("4x2")).isEqualTo(new Block(4, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3x2", "2", "2X2", "2x2 ", "0x1", "16x1", ""})
  void refusesWhatIsNoBlock(String text) {
    assertThatThrownBy(() -> Block.parse(text))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("block " + text + ": expected OUTPUTSxINPUTS");
  }

  @ParameterizedTest
  @CsvSource({
    "2x2, 300, 784, 1, 2x2",
    "2x2, 16, 3, 1, 2x1",
    "2x2, 5, 20, 1, 1x2",
    "4x4, 10, 84, 1, 1x4",
    "2x2, 7, 3, 1, 1x1",
    "2x2, 32, 4, 8, 1x1",
    "2x1, 32, 1, 32, 1x1"
  })
  void shrinksToWhatDividesTheParameter(
      Block wanted, int outputs, int inputs, int groups, Block expected) {
    var spec = new ParameterSpec("conv.weight", Role.WEIGHT, outputs, inputs, 3, 3, groups);

    assertThat(wanted.within(spec)).isEqualTo(expected);
  }
}
