package org.espalier.methods.rewiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static final ParameterSpec SPEC =
      new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, 2, 5, 1, 1, 1);

  @Test
  void droppedWeightsCompeteWithTheirOwnGradient() {
    var parameter = parameter(1, 4, 8);
    System.arraycopy(new float[] {9, -5, 1}, 0, parameter.gradients(), 0, 3);
    var candidates = new AbsentGradients(new long[] {6, 2}, new float[] {-7, 3});

    var grown = grow(Growth.GRADIENT, parameter, new int[] {1, 2}, candidates, 0);

    // 6 with |−7| and 4, just dropped, with |−5|; 1 has 9 but was kept.
    assertThat(grown).containsExactly(4, 6);
  }

  @Test
  void tiesAndZeroGradientsGoByPosition() {
    var candidates = new AbsentGradients(new long[] {0, 2}, new float[] {0, -0f});
    var grown = grow(Growth.GRADIENT, parameter(1, 4, 8), new int[] {0, 2}, candidates, 0);
    assertThat(grown).containsExactly(0, 1);
  }

  @Test
  void justDroppedWeightsFillUpWhatAbsentOnesCannot() {
    var candidates = new AbsentGradients(new long[] {9}, new float[] {1});
    var parameter = parameter(0, 1, 2, 3, 4, 5, 6, 7, 8);
    var grown = grow(Growth.GRADIENT, parameter, new int[] {2, 3, 7}, candidates, 0);
    assertThat(grown).containsExactly(2, 3, 9);
  }

  @Test
  void randomGrowthReachesEveryAbsentPositionEquallyOften() {
    var parameter = parameter(1, 4, 8);
    var counts = new int[10];
    var draws = 20_000;
    for (var seed = 0; seed < draws; seed++) {
      var candidates = new AbsentGradients(new long[0], new float[0]);
      for (var position : grow(Growth.RANDOM, parameter, new int[] {0, 1}, candidates, seed)) {
        counts[(int) position]++;
      }
    }
    assertThat(counts[8]).isZero();
    var expected = draws * 2 / 9.0;
    for (var position = 0; position < 10; position++) {
      if (position != 8) {
        assertThat((double) counts[position])
            .as("position %d", position)
            .isCloseTo(expected, within(5 * Math.sqrt(expected)));
      }
    }
  }

  private static long[] grow(
      Growth growth, Parameter parameter, int[] dropped, AbsentGradients candidates, long seed) {
    var random = new Randoms(seed).stream(Purpose.TOPOLOGY, SPEC.name(), 1);
    return growth.positions(
        new Growth.Update(
            SPEC.name(),
            parameter.topology(),
            parameter.gradients(),
            dropped,
            candidates,
            ExploredWeights.none(),
            random));
  }

  private static Parameter parameter(long... positions) {
    return Parameter.sparse(SPEC, Topology.of(2, 5, positions));
  }
}
