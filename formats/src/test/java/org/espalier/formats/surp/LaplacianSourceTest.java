package org.espalier.formats.surp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaplacianSourceTest {
  private static final LaplacianSource SOURCE = new LaplacianSource(2.5);

  @ParameterizedTest
  @CsvSource({"0.9, 0.1520", "0.75, 0.4150", "0.5, 1", "0.25, 2", "0.1, 3.3219"})
  void closedFormsAreThoseOfTheTheory(double ratio, double bits) {
    var distortion = ratio * SOURCE.mean();

    assertThat(SOURCE.rate(distortion)).isCloseTo(bits, within(1e-4));
    assertThat(SOURCE.zeroMassOneSided(distortion)).isCloseTo(ratio, within(1e-12));
    assertThat(SOURCE.distortion(SOURCE.rate(distortion))).isCloseTo(distortion, within(1e-12));
  }

  @Test
  void nothingNeedsToBeSentForADistortionOfTheMean() {
    assertThat(SOURCE.rate(2.5)).isZero();
    assertThat(SOURCE.rate(3)).isZero();
    assertThat(SOURCE.rateWithSigns(3)).isZero();
  }

  @Test
  void signsOfTheSurvivorsComeOnTop() {
    assertThat(SOURCE.rateWithSigns(1.25)).isCloseTo(1.5, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.5, 0.1})
  void bestReconstructionPlusExponentialErrorIsTheSource(double ratio) {
    var count = 100_000;
    var random = Weights.random(3);
    var distortion = ratio * SOURCE.mean();
    var reconstructions = SOURCE.reconstructions(count, distortion, random);
    var magnitudes = new double[count];
    Arrays.setAll(
        magnitudes, i -> reconstructions[i] - distortion * StrictMath.log1p(-random.nextDouble()));

    var zeros = Arrays.stream(reconstructions).filter(it -> it == 0).count();
    assertThat(zeros / (double) count).isCloseTo(ratio, within(0.005));
    // Kolmogorov and Smirnov: exceeded by chance once in a thousand.
    assertThat(distance(magnitudes)).isLessThan(1.95 / Math.sqrt(count));
  }

  @Test
  void weightsHaveTheMeanAndBothSigns() {
    var weights = SOURCE.weights(100_000, Weights.random(4));
    var magnitudes = new double[weights.length];
    Arrays.setAll(magnitudes, i -> Math.abs(weights[i]));
    var negative = 0;
    for (var weight : weights) {
      negative += weight < 0 ? 1 : 0;
    }

    assertThat(distance(magnitudes)).isLessThan(1.95 / Math.sqrt(weights.length));
    assertThat(negative / (double) weights.length).isCloseTo(0.5, within(0.01));
  }

  /** The largest distance of the empirical distribution from that of the magnitudes. */
  private static double distance(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    var distance = 0.0;
    for (var i = 0; i < sorted.length; i++) {
      var expected = -Math.expm1(-sorted[i] / SOURCE.mean());
      distance = Math.max(distance, Math.abs(expected - i / (double) sorted.length));
      distance = Math.max(distance, Math.abs((i + 1) / (double) sorted.length - expected));
    }
    return distance;
  }
}
