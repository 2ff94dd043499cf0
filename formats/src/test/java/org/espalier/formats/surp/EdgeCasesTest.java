package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights that are unlike those of any network: all end, decode, and come out to float precision.
 */
class EdgeCasesTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aHandfulOfWeights(int count) throws DataFormatException {
    requireRefined(List.of(Weights.laplacian(count, 1)), Normalisation.L2_PER_TENSOR);
  }

  @Test
  void noTensorsOrEmptyOnes() throws DataFormatException {
    requireRefined(List.of(), Normalisation.L2_PER_TENSOR);
    requireRefined(List.of(new float[0]), Normalisation.L2_PER_TENSOR);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void zerosOnly(Normalisation normalisation) throws DataFormatException {
    requireRefined(List.of(new float[100], new float[3]), normalisation);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void allEqual(Normalisation normalisation) throws DataFormatException {
    var equal = new float[1000];
    Arrays.fill(equal, -0.37f);
    requireRefined(List.of(equal, Weights.laplacian(500, 2), new float[10]), normalisation);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void oneHugeOutlier(Normalisation normalisation) throws DataFormatException {
    var weights = Weights.laplacian(50_000, 3);
    weights[123] = -1e6f;
    requireRefined(List.of(weights), normalisation);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void denormals(Normalisation normalisation) throws DataFormatException {
    var weights = Weights.laplacian(300, 4);
    for (var i = 0; i < weights.length; i++) {
      weights[i] *= Float.MIN_NORMAL / 16;
    }
    requireRefined(List.of(weights, new float[] {Float.MIN_VALUE, 0, 0}), normalisation);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void theLargestFloats(Normalisation normalisation) throws DataFormatException {
    var weights = new float[200];
    Arrays.fill(weights, Float.MAX_VALUE);
    weights[7] = -1;
    requireRefined(List.of(weights), normalisation);
  }

  /** Encodes to the precision of float32 and to half the weights, and decodes both. */
  private static void requireRefined(List<float[]> tensors, Normalisation normalisation)
      throws DataFormatException {
    var settings = Settings.DEFAULT.with(normalisation);
    var lengths = Weights.lengths(tensors);
    var all = Surp.encode(tensors, settings, new Stop.Precision());
    var report = all.report();
    var decoded = Surp.decode(all.bytes(), 0, all.bytes().length, lengths);
    for (var t = 0; t < lengths.length; t++) {
      var scale = normalisation.scale(tensors.get(t));
      for (var i = 0; i < lengths[t]; i++) {
        var weight = tensors.get(t)[i];
        var value = decoded.get(t)[i];
        assertThat(Math.abs(value)).isLessThanOrEqualTo(Math.abs(weight));
        assertThat((double) value)
            .as("tensor %d, weight %d", t, i)
            .isCloseTo(
                weight,
                within(
                    0x1p-22 * report.meanMagnitude() * scale * report.weights()
                        + Math.ulp(weight)));
      }
    }
    assertThat(report.relativeDistortion()).isBetween(0.0, 0x1p-23);

    var half = Surp.encode(tensors, settings, new Stop.Sparsity(0.5));
    assertThat(Surp.decode(half.bytes(), 0, half.bytes().length, lengths)).hasSameSizeAs(tensors);
    assertThat(half.report().touched())
        .isLessThanOrEqualTo(Math.round(0.5 * report.weights()))
        .isLessThanOrEqualTo(report.touched());
  }
}
