package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GapsTest {
  private static final int POSITIONS = 1_000_000;

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-6, 1e-4, 0.003, 0.1, 0.5, 0.9, 1})
  void membersTakeTheirEntropy(double density) throws DataFormatException {
    var members = members(density);
    var coder = new RangeEncoder();
    var gaps = new Gaps(0.5);
    gaps.begin(1);
    var next = 0;
    for (var member : members) {
      gaps.encode(coder, member - next, POSITIONS - next);
      next = member + 1;
    }
    gaps.encode(coder, POSITIONS - next, POSITIONS - next);
    var bytes = coder.finish();

    assertThat(decoded(bytes)).isEqualTo(members);
    var share = members.size() / (double) POSITIONS;
    var learning = 0.5 * Math.log(POSITIONS) / Math.log(2) + 64;
    assertThat(8.0 * bytes.length).isLessThan(1.002 * POSITIONS * entropy(share) + learning);
  }

  private static List<Integer> decoded(byte[] bytes) throws DataFormatException {
    var coder = new RangeDecoder(bytes);
    var gaps = new Gaps(0.5);
    gaps.begin(1);
    var members = new ArrayList<Integer>();
    for (var next = 0; ; next++) {
      next += gaps.decode(coder, POSITIONS - next);
      if (next == POSITIONS) {
        coder.requireEnd();
        return members;
      }
      members.add(next);
    }
  }

  private static List<Integer> members(double density) {
    var random = Weights.random(6);
    var members = new ArrayList<Integer>();
    for (var i = 0; i < POSITIONS; i++) {
      if (random.nextDouble() < density) {
        members.add(i);
      }
    }
    return members;
  }

  private static double entropy(double p) {
    return p == 0 || p == 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
  }
}
