package org.espalier.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All numbers are sums of powers of two, so that the expected results are exact. */
class SgdTest {
  private static final ParameterSpec WEIGHT =
      new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, 1, 4, 1, 1, 1);

  @Test
  void followsTheGradientWithoutMomentum() {
    var parameter = sparse(1f, -2f);
    var sgd = new Sgd(0, false, WeightDecay.NONE);

    step(sgd, parameter, 0, 0.5f, 4f);

    assertThat(parameter.values()).containsExactly(0.75f, -4f);
    assertThat(parameter.slots()).isZero();
  }

  @Test
  void velocityStartsAsTheFirstGradient() {
    var parameter = sparse(1f, 1f);
    var sgd = new Sgd(0.5, false, WeightDecay.NONE);

    step(sgd, parameter, 0, 1f, 2f); // v = 1, 2
    assertThat(parameter.slot(0)).containsExactly(1f, 2f);
    assertThat(parameter.values()).containsExactly(0.5f, 0f);

    step(sgd, parameter, 1, 1f, 0f); // v = 1.5, 1
    assertThat(parameter.slot(0)).containsExactly(1.5f, 1f);
    assertThat(parameter.values()).containsExactly(-0.25f, -0.5f);
  }

  @Test
  void nesterovLooksOneStepAhead() {
    var parameter = sparse(1f, 1f);
    var sgd = new Sgd(0.5, true, WeightDecay.NONE);

    step(sgd, parameter, 0, 1f, 2f); // v = 1, 2; directions 1.5, 3
    assertThat(parameter.values()).containsExactly(0.25f, -0.5f);

    step(sgd, parameter, 1, 1f, 0f); // v = 1.5, 1; directions 1.75, 0.5
    assertThat(parameter.slot(0)).containsExactly(1.5f, 1f);
    assertThat(parameter.values()).containsExactly(-0.625f, -0.75f);
  }

  @Test
  void decayIsPartOfTheGradient() {
    var parameter = sparse(2f, -4f);
    var sgd = new Sgd(0.5, false, new WeightDecay(0.25));

    step(sgd, parameter, 0, 0f, 1f); // d = 0.5, 0

    assertThat(parameter.slot(0)).containsExactly(0.5f, 0f);
    assertThat(parameter.values()).containsExactly(1.75f, -4f);
  }

  @Test
  void decayReachesBiasesOnlyWhenAllParametersDecay() {
    assertThat(biasAfterDecay(WeightDecay.Scope.WEIGHTS)).isEqualTo(2f);
    assertThat(biasAfterDecay(WeightDecay.Scope.ALL)).isEqualTo(1.75f);
  }

  @Test
  void updatesAllWeightsOfAMaskedParameter() {
    var parameter = Parameter.masked(WEIGHT, Topology.of(1, 4, new long[] {2}));
    Arrays.fill(parameter.gradients(), 2f);

    new Sgd(0, false, WeightDecay.NONE).update(parameter, 0.5, 0);

    assertThat(parameter.values()).containsExactly(-1, -1, -1, -1);
  }

  @Test
  void decayingVelocityEndsAtZeroWithoutSubnormals() {
    var parameter = sparse(1f, 1f);
    var sgd = new Sgd(0.5, false, WeightDecay.NONE);
    step(sgd, parameter, 0, 1e-20f, -1e-20f);

    for (var step = 1; step < 200; step++) {
      step(sgd, parameter, step, 0f, 0f);
      for (var velocity : parameter.slot(0)) {
        assertThat(velocity == 0 || Math.abs(velocity) >= Float.MIN_NORMAL).isTrue();
      }
    }
    assertThat(parameter.slot(0)).containsExactly(0, 0);
  }

  @Test
  void agreesWithDoublePrecisionOverManySteps() {
    var parameter = sparse(0.3f, -0.7f);
    var sgd = new Sgd(0.9, true, new WeightDecay(0.01));
    var w = (double) 0.3f;
    var v = 0.0;
    for (var step = 0; step < 100; step++) {
      var g = (float) Math.sin(step);
      parameter.gradients()[0] = g;
      sgd.update(parameter, 0.05, step);
      var d = g + 0.01 * w;
      v = 0.9 * v + d;
      w -= 0.05 * (d + 0.9 * v);
    }
    assertThat((double) parameter.values()[0]).isCloseTo(w, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesMomentumOutsideItsRange(double momentum) {
    assertThatThrownBy(() -> new Sgd(momentum, false, WeightDecay.NONE))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("momentum " + momentum);
  }

  @Test
  void refusesNesterovWithoutMomentumAndNegativeDecay() {
    assertThatThrownBy(() -> new Sgd(0, true, WeightDecay.NONE)).hasMessageContaining("Nesterov");
    assertThatThrownBy(() -> new WeightDecay(-1)).hasMessageContaining("weight decay -1.0");
  }

  private static float biasAfterDecay(WeightDecay.Scope scope) {
    var bias = Parameter.dense(ParameterSpec.vector("fc1.bias", ParameterSpec.Role.BIAS, 1));
    bias.values()[0] = 2;
    new Sgd(0, false, new WeightDecay(0.25, scope)).update(bias, 0.5, 0);
    return bias.values()[0];
  }

  private static Parameter sparse(float first, float second) {
    var parameter = Parameter.sparse(WEIGHT, Topology.of(1, 4, new long[] {0, 3}));
    parameter.values()[0] = first;
    parameter.values()[1] = second;
    return parameter;
  }

  private static void step(Sgd sgd, Parameter parameter, long step, float first, float second) {
    parameter.gradients()[0] = first;
    parameter.gradients()[1] = second;
    sgd.update(parameter, 0.5, step);
  }
}
