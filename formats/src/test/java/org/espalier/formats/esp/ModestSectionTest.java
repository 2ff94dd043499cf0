package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.coding.Bitmap;
import org.espalier.formats.coding.MaskCodec;
import org.espalier.formats.coding.MaskCodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What promises much in few bytes is refused unread, and never written. */
class ModestSectionTest {
  private static final int COLUMNS = 1 << 16;

  /** Any codec holds an empty mask in a few bytes. */
  @Test
  void aMaskOfMorePositionsThanItsBytesAreWorthIsNotDecoded() {
    var rows = 1 << 10;
    var positions = rows * COLUMNS;
    for (var codec : MaskCodecs.ALL.subList(1, MaskCodecs.ALL.size())) {
      var section = emptyMask(codec, positions, positions / 1024 + rows / 32 - 1);
      assertThatThrownBy(() -> contents(rows, section).model())
          .as(codec.name())
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining(
              "tensor fc.weight: 0 values of 67108864 in 1024 rows and 65567 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20})
  void aVerySparseNetworkIsWrittenInAByteForAThousandWeights(int nonZeros) {
    var rows = 64;
    var network = network(rows);
    var positions = new long[nonZeros];
    Arrays.setAll(positions, i -> i * 100_003L);
    var parameter =
        Parameter.sparse(network.parameters().getFirst(), Topology.of(rows, COLUMNS, positions));
    Arrays.fill(parameter.values(), 0.5f);

    var section = TensorCodec.encode(parameter, new Coding.Exact());

    assertThat(section.bytes()).hasSize(rows * COLUMNS / 1024 + (rows + nonZeros) / 32);
    var read = contents(rows, section).model().parameters().of("fc.weight");
    assertThat(read.topology()).isEqualTo(parameter.topology());
    assertThat(read.values()).isEqualTo(parameter.values());
  }

  @Test
  void equalWeightsAreWrittenInAByteForThirtyTwo() {
    var network = network(4);
    var parameter = Parameter.dense(network.parameters().getFirst());
    var exact = 127 / 256f; // of 8 bits
    Arrays.fill(parameter.values(), exact);

    var section = TensorCodec.encode(parameter, new Coding.Quantised(8));

    assertThat(section.bytes()).hasSize(4 * COLUMNS / 32 + 4 * COLUMNS / 1024);
    assertThat(contents(4, section).model().parameters().of("fc.weight").values())
        .containsOnly(exact);
    var shorter =
        EncodedSection.of(
            List.of("fc.weight"),
            false,
            section.section().stored(),
            "int8",
            Arrays.copyOf(section.bytes(), section.bytes().length - 1));
    assertThatThrownBy(() -> contents(4, shorter).model())
        .isInstanceOf(EspalierException.class)
        .hasMessageEndingWith("damaged");
  }

  private static Network network(int rows) {
    return NetworkBuilder.of("wide", new Shape(COLUMNS, 1, 1))
        .flatten("flatten")
        .node("fc", new Layer.Linear(rows, false), "flatten")
        .build();
  }

  private static EncodedSection emptyMask(MaskCodec codec, int positions, int length) {
    var mask = codec.encode(new Bitmap(positions, new long[Bitmap.words(positions)]));
    var bytes = new byte[length];
    bytes[0] = (byte) MaskCodecs.ALL.indexOf(codec);
    bytes[1] = (byte) ((mask.length & 0x7F) | 0x80);
    bytes[2] = (byte) (mask.length >>> 7);
    System.arraycopy(mask, 0, bytes, 3, mask.length);
    return EncodedSection.of(List.of("fc.weight"), true, 0, "f32", bytes);
  }

  private static EspContents contents(int rows, EncodedSection section) {
    var header =
        new EspHeader(NetworkText.write(network(rows)), Map.of(), List.of(section.section()));
    return new EspContents(header, List.of(section.bytes()));
  }
}
