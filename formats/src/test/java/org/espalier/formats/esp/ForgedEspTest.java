package org.espalier.formats.esp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.parameter.Parameter;
import org.espalier.formats.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers whose checksum is right and whose numbers are not. */
class ForgedEspTest {
  @TempDir Path folder;

  private final Network network = Models.network();
  private final List<EncodedSection> sections = new ArrayList<>();

  ForgedEspTest() {
    for (Parameter parameter : Models.parameters(network)) {
      sections.add(TensorCodec.encode(parameter, new Coding.Exact()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000_000_000, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void aMaskOfMoreWeightsThanTheLayerHasIsNotAllocatedWhenTensorsAreListed(long stored) {
    for (var i = 0; i < sections.size(); i++) {
      var section = sections.get(i).section();
      if (section.sparse()) {
        sections.set(i, with(section, stored, section.bytes(), sections.get(i).bytes()));
      }
    }
    var contents = contents();

    assertThatThrownBy(contents::tensors)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("tensor conv1.weight: " + stored + " values of 54 ");
  }

  /** Their sum is that of the file again, once it has overflowed. */
  @Test
  void sectionsOfMoreBytesThanALongCanCountAreRefused() {
    var beyond = 1L << 31;
    var lengths = new long[sections.size()];
    lengths[0] = (1L << 62) + beyond;
    lengths[1] = 1L << 62;
    lengths[2] = 1L << 62;
    lengths[3] = (1L << 62) - beyond;
    for (var i = 0; i < lengths.length; i++) {
      var section = sections.get(i).section();
      sections.set(i, with(section, section.stored(), lengths[i], new byte[0]));
    }
    var path = folder.resolve("forged.esp");
    contents().write(path);

    assertThatThrownBy(
            () -> {
              try (var file = EspFile.open(path)) {
                file.tensors();
              }
            })
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(path + ": tensor ")
        .hasMessageContaining("sections of less than 2^63 together");
  }

  private static EncodedSection with(Section old, long stored, long length, byte[] bytes) {
    var section =
        new Section(
            old.tensors(),
            old.sparse(),
            stored,
            old.values(),
            length,
            EncodedSection.checksum(bytes));
    return new EncodedSection(section, bytes);
  }

  private EspContents contents() {
    var header =
        new EspHeader(
            NetworkText.write(network),
            Map.of(),
            sections.stream().map(EncodedSection::section).toList());
    return new EspContents(header, sections.stream().map(EncodedSection::bytes).toList());
  }
}
