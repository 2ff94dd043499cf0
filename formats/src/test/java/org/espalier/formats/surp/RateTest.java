package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  private static final List<float[]> WEIGHTS = List.of(Weights.laplacian(50_000, 7));

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.75, 0.5, 0.25, 0.1})
  void realBitsAreThoseOfTheSetsAndNeverBelowTheory(double distortion) {
    var report = Surp.encode(WEIGHTS, Settings.DEFAULT, new Stop.Distortion(distortion)).report();

    assertThat((double) report.indexBits())
        .isCloseTo(report.setBits(), within(0.03 * report.setBits()));
    assertThat((double) report.indexBits())
        .isBetween(report.rateDistortionBits(), 1.9 * report.rateDistortionBits());
    assertThat(report.setBits()).isLessThan(report.oneByOneBits());
    assertThat(report.relativeDistortion()).isCloseTo(distortion, within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, 2.5})
  void coarserThresholdsComeNearerToTheory(double multiple) {
    var settings = new Settings(Normalisation.NONE, OptionalDouble.of(multiple), 0.5);
    var report = Surp.encode(WEIGHTS, settings, new Stop.Distortion(0.435)).report();

    assertThat((double) report.indexBits())
        .isBetween(report.rateDistortionBits(), 1.35 * report.rateDistortionBits());
  }

  @Test
  void indexAfterIndexCostsWhatTheAuthorsEstimate() {
    var report = new OneByOne(WEIGHTS.getFirst(), Weights.random(9)).refine(0.5);

    assertThat(report.bits()).isBetween(1.0 * 50_000, 1.9 * 50_000);
    assertThat(report.sparsity()).isCloseTo(0.806, within(0.01));
  }

  @Test
  void floorQuantiserTakesTheBitsOfTheory() throws DataFormatException {
    var weights = List.of(Weights.laplacian(400_000, 8));
    var quantiser = FloorQuantiser.reaching(weights, Normalisation.NONE, 0.5);
    assertThat(quantiser.step()).isCloseTo(1.256, within(0.01));
    var quantised = new FloorQuantiser(Normalisation.NONE, 1.256).encode(weights);

    assertThat(quantised.relativeDistortion()).isCloseTo(0.5, within(0.003));
    assertThat(quantised.entropyBits()).isCloseTo(1.2047, within(0.006));
    assertThat(quantised.sparsity()).isCloseTo(0.715, within(0.003));
    assertThat(quantised.bitsPerWeight())
        .isCloseTo(quantised.entropyBits() + quantised.signBits(), within(0.003));
    assertThat(error(weights.getFirst(), quantised.bytes())).isCloseTo(0.5, within(0.003));
  }

  private static double error(float[] weights, byte[] bytes) throws DataFormatException {
    var decoded = FloorQuantiser.decode(bytes, weights.length).getFirst();
    var error = 0.0;
    var sum = 0.0;
    for (var i = 0; i < weights.length; i++) {
      assertThat(Math.abs(decoded[i])).isLessThanOrEqualTo(Math.abs(weights[i]) * 1.0000001f);
      error += Math.abs(weights[i] - decoded[i]);
      sum += Math.abs(weights[i]);
    }
    return error / sum;
  }
}
