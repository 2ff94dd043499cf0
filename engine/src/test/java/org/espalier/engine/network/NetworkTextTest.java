package org.espalier.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTextTest {
  private static final Shape IMAGE = new Shape(3, 32, 32);
  private static final String VALID =
      """
      network 1
      name tiny
      input 3x32x32
      conv: conv2d channels=6 kernel=5 stride=2 padding=1 groups=3 bias=true <- input
      bn: batchnorm momentum=0.1 epsilon=1.0E-5 <- conv
      relu: relu <- bn
      drop: dropout rate=0.30000000000000004 <- relu
      sum: add <- drop conv
      max: maxpool2d kernel=3 stride=2 padding=1 <- sum
      mean: avgpool2d kernel=2 stride=1 padding=0 <- max
      global: globalavgpool <- mean
      wide: padchannels before=1 after=2 <- global
      flat: flatten <- wide
      fc: linear outputs=7 bias=false <- flat
      """;

  @Test
  void everyLayerGoesThereAndBack() {
    var network = NetworkText.parse(VALID);

    assertThat(network.nodes()).hasSize(11);
    assertThat(network.output()).isEqualTo(Shape.features(7));
    assertThat(NetworkText.write(network)).isEqualTo(VALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet-300-100",
        "lenet-5",
        "conv-6",
        "mlp:64x32",
        "vgg-16-bn",
        "resnet-20",
        "wrn-16-2:dropout=0.3",
        "mobilenet-v1"
      })
  void modelsGoThereAndBack(String name) {
    var network = Models.named(name, IMAGE, 10);

    assertThat(NetworkText.parse(NetworkText.write(network))).isEqualTo(network);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network 1 | network 2 | line 1: 'network 2', expected 'network 1'",
        "name tiny | nam tiny | line 2: 'nam tiny', expected 'name …'",
        "3x32x32 | 3x32 | line 3: 'input 3x32', expected",
        "3x32x32 | 0x32x32 | line 3: 'input 0x32x32', expected extents of at least 1",
        "3x32x32 | 99999999999x1x1 | line 3:",
        "3x32x32 | 999999999x999999999x1 | line 3: input",
        "kernel=5 | kernel=50 | line 4: node conv (conv2d): input 3×32×32 with padding 1",
        "kernel=5 | kernel=five | line 4: conv2d: kernel 'five', expected a whole number",
        "kernel=5 | kernel=5 kernel=5 | line 4: conv2d: 'kernel=5', expected name=value",
        "groups=3 | groups=2 | line 4: node conv (conv2d): 2 groups",
        "bias=true | bias=yes | line 4: conv2d: bias 'yes', expected true or false",
        "groups=3 bias=true | groups=3 | line 4: conv2d: attribute bias is missing",
        "relu: relu | relu: relu slope=1 | line 6: relu: unknown attributes [slope]",
        "relu: relu | relu: gelu | line 6: unknown layer 'gelu'",
        "relu <- bn | relu <- nb | line 6: node relu: input nb is no earlier node",
        "relu <- bn | relu bn | line 6:",
        "rate=0.3 | rate=1.3 | line 7: node drop (dropout): rate 1.3",
        "momentum=0.1 | momentum=NaN | line 5: node bn (batchnorm): momentum NaN",
        "drop conv | drop input | line 8: node sum (add): inputs",
        "max: | sum: | line 9: node sum: expected a name that is not taken",
        "<- flat | <- global | line 14: node flat: its output is not used"
      })
  void malformedTextNamesItsLine(String part, String replacement, String message) {
    assertThat(VALID).contains(part);

    assertThatThrownBy(() -> NetworkText.parse(VALID.replaceFirst(part, replacement)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anyTruncationIsRefusedUnlessWholeLinesAreLeft() {
    for (var length = 0; length < VALID.length(); length++) {
      var text = VALID.substring(0, length);
      if (!text.endsWith("\n")) {
        assertThatThrownBy(() -> NetworkText.parse(text))
            .as("first %d characters", length)
            .isInstanceOf(EspalierException.class);
      }
    }
  }

  @Test
  void damagedTextNeverFailsOtherwise() {
    var seed = 1L;
    var random = new SplittableRandom(seed);
    for (var trial = 0; trial < 5_000; trial++) {
      var text = new StringBuilder(VALID);
      for (var edits = random.nextInt(1, 4); edits > 0; edits--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(1, 128));
      }
      try {
        var network = NetworkText.parse(text.toString());
        assertThat(NetworkText.parse(NetworkText.write(network))).isEqualTo(network);
      } catch (EspalierException e) {
        assertThat(e)
            .as("seed %d, trial %d", seed, trial)
            .hasMessageStartingWith("network text, line ");
      }
    }
  }

  /** Every input was once compared under a message that named them all. */
  @Test
  void aSumOfManyInputsIsParsedInMemoryThatFollowsTheText() {
    var text = new StringBuilder("network 1\nname many\ninput 4x1x1\n");
    var sum = new StringBuilder("sum: add <-");
    for (var i = 0; i < 5_000; i++) {
      text.append("relu").append(i).append(": relu <- input\n");
      sum.append(" relu").append(i);
    }
    text.append(sum).append('\n');
    var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var before = memory.getCurrentThreadAllocatedBytes();

    assertThat(NetworkText.parse(text.toString()).nodes()).hasSize(5_001);
    assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(200L * text.length());
  }

  @Test
  void shapesThatDoNotAddUpAreNamedOnce() {
    var text =
        """
        network 1
        name sum
        input 4x2x2
        a: relu <- input
        b: maxpool2d kernel=2 stride=2 padding=0 <- input
        c: relu <- a
        sum: add <- a b c
        """;

    assertThatThrownBy(() -> NetworkText.parse(text))
        .hasMessageContaining("node sum (add): inputs [4×2×2, 4], expected inputs of one shape");
  }
}
