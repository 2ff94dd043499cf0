package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.formats.coding.MaskCodec;
import org.espalier.formats.coding.MaskCodecs;
import org.junit.jupiter.api.Test;

/** That every coder is measured on the mask it was asked for; how fast one is is no matter here. */
class CodecBenchCommandTest {

  @Test
  void everyCoderIsARowOfEveryDensity() {
    var result = BenchRun.json("codecs --seconds 0.001 --density 0.02,0.5 --positions 20000");

    var rows = result.get("rows").valueStream().toList();
    assertThat(rows.stream().map(row -> row.get("codec").asString()).distinct())
        .containsAll(MaskCodecs.ALL.stream().map(MaskCodec::name).toList())
        .contains("zstd", "gzip", "roaring");
    assertThat(rows).hasSize(2 * (MaskCodecs.ALL.size() + 4));
    for (var row : rows) {
      var bits = row.get("bits_per_position").doubleValue();
      var entropy = row.get("entropy").doubleValue();
      assertThat(bits).isGreaterThan(0.99 * entropy);
      assertThat(row.get("overhead").doubleValue()).isEqualTo(bits / entropy - 1);
      assertThat(row.get("encode_mb_s").doubleValue()).isPositive();
      assertThat(row.get("decode_mb_s").doubleValue()).isPositive();
    }
    assertThat(rows.getFirst().get("density").doubleValue()).isBetween(0.015, 0.025);
    assertThat(rows.stream().filter(row -> row.get("best").booleanValue())).hasSize(2);
  }

  @Test
  void tableMarksTheCodecThatFilesTake() {
    var table = BenchRun.text("codecs --seconds 0.001 --density 0.5 --positions 5000");

    assertThat(table.lines()).anyMatch(line -> line.startsWith("bitmap * "));
    assertThat(table).contains("density 0.5, entropy 0.99", "5,000 positions, seed 1");
  }
}
