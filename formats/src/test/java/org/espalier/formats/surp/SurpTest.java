package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SurpTest {
  private static final Stop ALL = new Stop.Precision();

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void everyRefinementBringsWeightsNearerAndNeverBeyond(Normalisation normalisation)
      throws DataFormatException {
    var tensors = Weights.network(1);
    var weights = Weights.joined(tensors);
    var settings = Settings.DEFAULT.with(normalisation);
    var refinements = Surp.encode(tensors, settings, ALL).report().refinements();
    var before = Surp.encode(tensors, settings, new Stop.Refinements(0)).report();
    assertThat(before.relativeDistortion()).isEqualTo(1);

    for (var count = 1L; count < Math.min(300, refinements); count++) {
      var stream = Surp.encode(tensors, settings, new Stop.Refinements(count));
      var report = stream.report();
      var decoded = Weights.joined(decode(stream.bytes(), tensors));
      for (var i = 0; i < weights.length; i++) {
        assertThat(Math.abs(decoded[i])).isLessThanOrEqualTo(Math.abs(weights[i]));
        assertThat(decoded[i] * weights[i]).isGreaterThanOrEqualTo(0);
      }
      assertThat(report.refinements()).isEqualTo(count);
      assertThat(report.distortion()).isLessThan(before.distortion());
      assertThat(report.sparsity()).isLessThanOrEqualTo(before.sparsity());
      assertThat(zeros(decoded)).isEqualTo(weights.length - report.touched());
      before = report;
    }
  }

  @Test
  void distortionIsTheMeanErrorOfWhatIsDecoded() throws DataFormatException {
    var weights = Weights.laplacian(20_000, 2);
    var settings = Settings.DEFAULT.with(Normalisation.NONE);
    var stream = Surp.encode(List.of(weights), settings, new Stop.Distortion(0.3));
    var decoded = decode(stream.bytes(), List.of(weights)).getFirst();
    var error = 0.0;
    for (var i = 0; i < weights.length; i++) {
      error += Math.abs(weights[i] - decoded[i]);
    }

    assertThat(stream.report().distortion()).isCloseTo(error / weights.length, within(1e-6));
    assertThat(stream.report().relativeDistortion()).isCloseTo(0.3, within(1e-3));
  }

  @Test
  void everyPrefixDecodesToWhatStoppingEarlyGives() throws DataFormatException {
    var tensors = Weights.network(3);
    var whole = Surp.encode(tensors, Settings.DEFAULT, new Stop.Sparsity(0.4));
    var total = whole.report();
    var header = (int) total.headerBytes();
    var next = stopped(tensors, 0);
    var stopped = next;
    for (var cut = header; cut <= whole.bytes().length; cut++) {
      while (next.report().bytes() - next.report().headerBytes() <= cut - header) {
        stopped = next;
        if (next.report().refinements() == total.refinements()) {
          break;
        }
        next = stopped(tensors, next.report().refinements() + 1);
      }
      assertThat(Weights.joined(Surp.decode(whole.bytes(), 0, cut, Weights.lengths(tensors))))
          .as("cut to %d bytes, %d refinements", cut, stopped.report().refinements())
          .isEqualTo(Weights.joined(decode(stopped.bytes(), tensors)));
    }
    assertThat(stopped.bytes()).isEqualTo(whole.bytes());
  }

  private static SurpStream stopped(List<float[]> tensors, long refinements) {
    return Surp.encode(tensors, Settings.DEFAULT, new Stop.Refinements(refinements));
  }

  @Test
  void aCutWithinTheHeaderIsRefused() {
    var tensors = Weights.network(4);
    var stream = Surp.encode(tensors, Settings.DEFAULT, new Stop.Sparsity(0.8));
    for (var cut = 0; cut < stream.report().headerBytes(); cut++) {
      var end = cut;
      assertThatThrownBy(() -> Surp.decode(stream.bytes(), 0, end, Weights.lengths(tensors)))
          .isInstanceOf(DataFormatException.class);
    }
  }

  @Test
  void aStreamMayLieAmongOtherBytes() throws DataFormatException {
    var tensors = Weights.network(5);
    var bytes = Surp.encode(tensors, Settings.DEFAULT, new Stop.Sparsity(0.5)).bytes();
    var among = new byte[bytes.length + 40];
    Arrays.fill(among, (byte) 0x5a);
    System.arraycopy(bytes, 0, among, 17, bytes.length);

    var decoded = Surp.decode(among, 17, 17 + bytes.length, Weights.lengths(tensors));

    assertThat(Weights.joined(decoded)).isEqualTo(Weights.joined(decode(bytes, tensors)));
    assertThatThrownBy(() -> Surp.decode(among, 17, 18 + bytes.length, Weights.lengths(tensors)))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("after the end");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.99, 0.9, 0.5, 0.2})
  void sparsityIsHitExactly(double sparsity) throws DataFormatException {
    var tensors = List.of(Weights.laplacian(5_000, 6), Weights.laplacian(321, 7));
    var stream = Surp.encode(tensors, Settings.DEFAULT, new Stop.Sparsity(sparsity));

    assertThat(stream.report().reached()).isTrue();
    assertThat(zeros(Weights.joined(decode(stream.bytes(), tensors))))
        .isEqualTo(5_321 - Math.round(5_321 * (1 - sparsity)));
  }

  @Test
  void layersOfASparseNetworkCompeteLikeThoseOfADenseOne() throws DataFormatException {
    var tensors = List.of(Weights.laplacian(60_000, 1), Weights.laplacian(8_000, 2));
    for (var tensor : tensors) {
      for (var i = 0; i < tensor.length; i++) {
        tensor[i] = i % 20 == 0 ? tensor[i] : 0; // what a stage of pruning has left
      }
    }
    var stream = Surp.encode(tensors, Settings.DEFAULT, new Stop.NonZeros(1_400));
    var decoded = decode(stream.bytes(), tensors);
    var least = new double[2]; // of the normalised magnitudes that stay
    for (var t = 0; t < 2; t++) {
      var scale = Normalisation.L2_PER_TENSOR.scale(tensors.get(t));
      least[t] = 1;
      for (var i = 0; i < decoded.get(t).length; i++) {
        if (decoded.get(t)[i] != 0) {
          least[t] = Math.min(least[t], Math.abs(tensors.get(t)[i]) / scale);
        }
      }
    }

    assertThat(stream.report().touched()).isEqualTo(1_400);
    assertThat(least[0]).isCloseTo(least[1], within(0.12 * least[1]));
  }

  @Test
  void asManyWeightsAreTouchedAsAskedForIfThereAre() {
    var tensors = List.of(Weights.laplacian(400, 6), new float[50]);

    var some = Surp.encode(tensors, Settings.DEFAULT, new Stop.NonZeros(123)).report();
    assertThat(some.touched()).isEqualTo(123);
    assertThat(some.reached()).isTrue();

    var tooMany = Surp.encode(tensors, Settings.DEFAULT, new Stop.NonZeros(401)).report();
    assertThat(tooMany.touched()).isEqualTo(400);
    assertThat(tooMany.reached()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 100, 101, 102, 103, 777, 2000})
  void asManyRefinementsAsFitAreWritten(int budget) throws DataFormatException {
    var tensors = List.of(Weights.laplacian(5_000, 8));
    var stream = Surp.encode(tensors, Settings.DEFAULT, new Stop.Bytes(budget));
    var more = stopped(tensors, stream.report().refinements() + 1);

    assertThat(stream.bytes().length).isEqualTo((int) stream.report().bytes());
    assertThat(stream.bytes().length).isLessThanOrEqualTo(budget);
    assertThat(more.bytes().length).isGreaterThan(budget);
    assertThat(stream.report().reached()).isTrue();
    var same = stopped(tensors, stream.report().refinements());
    assertThat(same.bytes()).hasSameSizeAs(stream.bytes());
    assertThat(decode(stream.bytes(), tensors).getFirst())
        .isEqualTo(decode(same.bytes(), tensors).getFirst());
  }

  @Test
  void bitsPerWeightCountEverything() {
    var tensors = List.of(Weights.laplacian(10_000, 9));
    var report = Surp.encode(tensors, Settings.DEFAULT, new Stop.BitsPerWeight(1)).report();

    assertThat(report.bytes()).isBetween(1_245L, 1_250L);
    assertThat(report.bitsPerWeight()).isCloseTo(1, within(0.005));
    assertThat(report.indexBits() + report.signBits() + 8 * report.headerBytes())
        .isEqualTo(8 * report.bytes());
  }

  @Test
  void aSizeTooSmallForTheHeaderIsRefused() {
    assertThatThrownBy(() -> Surp.encode(Weights.network(1), Settings.DEFAULT, new Stop.Bytes(12)))
        .isInstanceOf(EspalierException.class)
        .hasMessage("SuRP, 12 bytes: expected at least the 41 of the header");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNoNumbersAreRefused(float value) {
    var tensors = List.of(new float[3], new float[] {1, value});
    assertThatThrownBy(() -> Surp.encode(tensors, Settings.DEFAULT, ALL))
        .isInstanceOf(EspalierException.class)
        .hasMessage("SuRP, tensor 1, weight 1 is " + value + ": expected finite numbers");
  }

  @Test
  void theSameWeightsGiveTheSameBytes() {
    var stop = new Stop.Sparsity(0.7);
    assertThat(Surp.encode(Weights.network(11), Settings.DEFAULT, stop).bytes())
        .isEqualTo(Surp.encode(Weights.network(11), Settings.DEFAULT, stop).bytes());
  }

  private static List<float[]> decode(byte[] bytes, List<float[]> tensors)
      throws DataFormatException {
    return Surp.decode(bytes, 0, bytes.length, Weights.lengths(tensors));
  }

  private static long zeros(float[] weights) {
    var zeros = 0L;
    for (var weight : weights) {
      zeros += weight == 0 ? 1 : 0;
    }
    return zeros;
  }
}
