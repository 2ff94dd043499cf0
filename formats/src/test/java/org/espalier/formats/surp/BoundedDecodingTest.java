package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import org.espalier.formats.coding.AdaptiveBit;
import org.espalier.formats.coding.RangeEncoder;
import org.espalier.formats.surp.RefinedTensor.Past;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams from strangers: next to no bytes may not buy any amount of work. */
class BoundedDecodingTest {
  private static final String REFUSED =
      "SuRP stream: unexpected refinements that take more than their bytes";

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1000, 5000})
  void isTheSameNetworkAtEveryCut(int bytes) throws DataFormatException {
    var tensors = Weights.network(5);
    var lengths = Weights.lengths(tensors);
    var stream = Surp.encode(tensors, Settings.DEFAULT, new Stop.BitsPerWeight(8));
    var cut = Math.min((int) stream.report().headerBytes() + bytes, stream.bytes().length);

    var dense = Surp.decode(stream.bytes(), 0, cut, lengths);
    var bounded = Surp.decodeBounded(stream.bytes(), 0, cut, lengths);

    for (var t = 0; t < lengths.length; t++) {
      assertThat(dense(bounded.get(t), lengths[t])).as("tensor %d", t).isEqualTo(dense.get(t));
      assertThat(bounded.get(t).values()).doesNotContain(0);
    }
  }

  /** Each takes a thousandth of a byte and sweeps all weights. */
  @Test
  void passesOfOneRefinementEachAreRefused() throws DataFormatException {
    var weights = 100_000;
    var forged = onePerPass(weights, 5000);

    assertThat(forged).hasSizeLessThan(200);
    assertThat(Surp.decode(forged, 0, forged.length, weights).getFirst()[weights - 1]).isNegative();
    assertThatThrownBy(() -> Surp.decodeBounded(forged, 0, forged.length, weights))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(REFUSED);
  }

  @Test
  void refinementsOfAllWeightsInEveryPassAreRefused() {
    var weights = 8000;
    var forged = allInEveryPass(weights, 100);

    assertThat(forged).hasSizeLessThan(1100);
    assertThatThrownBy(() -> Surp.decodeBounded(forged, 0, forged.length, weights))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(REFUSED);
  }

  /** A weight that takes thousands of passes: the encoder stops where a reader would. */
  @Test
  void aStreamOfLimitedBytesIsTakenWhateverItsWeights() {
    var weights = Weights.laplacian(50_000, 3);
    weights[123] = -1e6f;
    var whole = Surp.encode(List.of(weights), Settings.DEFAULT, new Stop.Bytes(100_000));
    var header = (int) whole.report().headerBytes();

    for (var end = header; end <= whole.bytes().length; end += 7) {
      var cut = end;
      assertThatCode(() -> Surp.decodeBounded(whole.bytes(), 0, cut, weights.length))
          .as("first %d bytes", end)
          .doesNotThrowAnyException();
    }
  }

  private static byte[] onePerPass(int weights, int passes) {
    return forged(weights, passes, 1, 1);
  }

  private static byte[] allInEveryPass(int weights, int passes) {
    return forged(weights, passes, weights, 0.01f);
  }

  /** Refines the last weights in every pass, whatever the thresholds. */
  private static byte[] forged(int weights, int passes, int members, float multiple) {
    var shrink = 0.999f;
    var thresholds = new Thresholds(weights, 1, multiple, shrink);
    var tensor = new RefinedTensor(weights, 1);
    var gaps = new PastGaps(multiple);
    var coder = new RangeEncoder();
    var empty = new AdaptiveBit();
    var last = IntStream.range(weights - members, weights).toArray();
    for (var pass = 0; pass < passes; pass++) {
      empty.encode(coder, 0);
      for (var past : Past.values()) {
        set(tensor, past, gaps, last, thresholds, coder);
      }
      tensor.endPass();
      thresholds.endPass(members);
    }
    var header =
        new StreamHeader(weights, (long) passes * members, 1, multiple, shrink, new float[] {1})
            .bytes();
    var body = coder.finish();
    var stream = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, stream, header.length, body.length);
    return stream;
  }

  private static void set(
      RefinedTensor tensor,
      Past past,
      PastGaps models,
      int[] members,
      Thresholds thresholds,
      RangeEncoder coder) {
    var left = tensor.count(past);
    if (left == 0) {
      return;
    }
    var gaps = models.begin(past, thresholds.width());
    var from = 0;
    for (var position : members) {
      if (tensor.past(position) != past) {
        continue;
      }
      var gap = tensor.count(past, from, position);
      gaps.encode(coder, gap, left);
      left -= gap + 1;
      from = position + 1;
      if (past == Past.UNTOUCHED) {
        coder.bits(1, 1);
        tensor.touch(position, thresholds.current(), true);
      } else {
        tensor.refine(position, thresholds.current());
      }
    }
    if (left > 0) {
      gaps.encode(coder, left, left);
    }
  }

  private static float[] dense(SparseWeights sparse, int length) {
    var dense = new float[length];
    for (var i = 0; i < sparse.values().length; i++) {
      dense[(int) sparse.positions()[i]] = sparse.values()[i];
    }
    return dense;
  }
}
