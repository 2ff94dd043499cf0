package org.espalier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.surp.LaplacianSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextbookSurpTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noCandidateIsLeftAfterAboutBetaIterations(long seed) {
    var randoms = new Randoms(seed);
    var weights = new LaplacianSource(1).weights(50_000, randoms.stream(Purpose.DATA, 0, 0));

    var stall = TextbookSurp.run(weights, randoms.stream(Purpose.ORDER, 0, 0));

    assertThat(stall.iterations()).as("seed %d", seed).isBetween(1, 30);
    assertThat(stall.relativeDistortion()).as("seed %d", seed).isBetween(0.99, 1.0);
    assertThat(stall.sparsity()).as("seed %d", seed).isGreaterThan(0.999);
  }
}
