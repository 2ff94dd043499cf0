package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.junit.jupiter.api.Test;

class ParameterTest {
  private static final ParameterSpec WEIGHT = weight(2, 3);

  @Test
  void storesWhatItsStorageSays() {
    var mask = Topology.of(2, 3, new long[] {1, 5});

    assertThat(Parameter.dense(WEIGHT).stored()).isEqualTo(6);
    assertThat(Parameter.masked(WEIGHT, mask).stored()).isEqualTo(6);
    assertThat(Parameter.masked(WEIGHT, mask).nonZeros()).isEqualTo(2);
    assertThat(Parameter.sparse(WEIGHT, mask).stored()).isEqualTo(2);
    assertThat(Parameter.sparse(WEIGHT, mask).density()).isEqualTo(2 / 6.0);
  }

  @Test
  void runningStatisticsHaveNoGradient() {
    var spec = ParameterSpec.vector("bn1.running_mean", ParameterSpec.Role.RUNNING_MEAN, 4);

    assertThat(Parameter.dense(spec).gradients()).isEmpty();
  }

  @Test
  void gradientsTakeMemoryOnlyOnceTheyAreAskedFor() {
    var parameter = Parameter.sparse(WEIGHT, Topology.of(2, 3, new long[] {1, 5}));
    parameter.rewire(new Rewiring(new int[] {0}, new long[] {0}));
    assertThat(parameter.gradientBytes()).isZero();

    assertThat(parameter.gradients()).containsExactly(0, 0).isSameAs(parameter.gradients());
    assertThat(parameter.gradientBytes()).isEqualTo(8);

    parameter.replace(Topology.of(2, 3, new long[] {0, 1, 2}), new float[] {1, 2, 3});
    assertThat(parameter.gradientBytes()).isEqualTo(12);
  }

  @Test
  void lentArraysComeHomeOnceBeforeTheyAreSeen() {
    var parameter = Parameter.dense(WEIGHT);
    parameter.lend(() -> parameter.values()[0] += 1);

    assertThat(parameter.stored()).isEqualTo(6);
    assertThat(parameter.values()[0]).isEqualTo(1);
    assertThat(parameter.values()[0]).isEqualTo(1);
  }

  @Test
  void rewiringBringsLentArraysHomeFirst() {
    var parameter = Parameter.sparse(WEIGHT, Topology.of(2, 3, new long[] {1, 5}));
    parameter.lend(() -> parameter.values()[1] = 7);

    parameter.rewire(new Rewiring(new int[] {0}, new long[] {0}));

    assertThat(parameter.values()).containsExactly(0, 7);
  }

  @Test
  void changingTheMaskKeepsAllWeights() {
    var parameter = Parameter.masked(WEIGHT, Topology.of(2, 3, new long[] {1}));
    parameter.values()[5] = 7;

    parameter.mask(Topology.of(2, 3, new long[] {2, 5}));

    assertThat(parameter.values()[5]).isEqualTo(7);
    assertThat(parameter.nonZeros()).isEqualTo(2);
    assertThat(parameter.version()).isEqualTo(1);
  }

  @Test
  void replacingTheTopologyClearsOptimizerState() {
    var parameter = Parameter.sparse(WEIGHT, Topology.of(2, 3, new long[] {1}));
    parameter.slots(1);
    parameter.slot(0)[0] = 3;

    parameter.replace(Topology.of(2, 3, new long[] {0, 4}), new float[] {8, 9});

    assertThat(parameter.values()).containsExactly(8, 9);
    assertThat(parameter.slot(0)).containsExactly(0, 0);
    assertThat(parameter.gradients()).hasSize(2);
  }

  @Test
  void slotsSurviveBeingAskedForAgain() {
    var parameter = Parameter.dense(WEIGHT);
    parameter.slots(2);
    parameter.slot(1)[3] = 5;

    parameter.slots(2);

    assertThat(parameter.slot(1)[3]).isEqualTo(5);
  }

  @Test
  void refusesATopologyOfAnotherShape() {
    assertThatThrownBy(() -> Parameter.sparse(WEIGHT, Topology.full(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("fc1.weight", "2×3", "3×2");
  }

  @Test
  void onlyWeightsCanBeSparse() {
    var bias = ParameterSpec.vector("fc1.bias", ParameterSpec.Role.BIAS, 3);

    assertThatThrownBy(() -> Parameter.sparse(bias, Topology.full(3, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("fc1.bias", "BIAS");
  }

  @Test
  void refusesToHoldMoreWeightsThanFitAnArray() {
    assertThatThrownBy(() -> Parameter.dense(weight(500_000, 500_000)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("fc1.weight", "250000000000");
  }

  @Test
  void onlySparseParametersCanBeRewired() {
    var nothing = new Rewiring(new int[0], new long[0]);

    assertThatThrownBy(() -> Parameter.dense(WEIGHT).rewire(nothing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("fc1.weight", "DENSE", "SPARSE");
  }

  private static ParameterSpec weight(int rows, int columns) {
    return new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, rows, columns, 1, 1, 1);
  }
}
