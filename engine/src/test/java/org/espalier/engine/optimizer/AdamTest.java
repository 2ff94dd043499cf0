package org.espalier.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamTest {

  @Test
  void firstStepMovesByTheLearningRateWhateverTheGradient() {
    var parameter = weights(1f, 1f, 1f);
    set(parameter, 1e-3f, -50f, 0f);

    Adam.standard(WeightDecay.NONE).update(parameter, 0.25, 0);

    assertThat(parameter.values()[0]).isCloseTo(0.75f, within(1e-4f));
    assertThat(parameter.values()[1]).isCloseTo(1.25f, within(1e-6f));
    assertThat(parameter.values()[2]).isEqualTo(1f);
  }

  /** β₁ = β₂ = ½, η = 1: the moments and corrections can be done by hand. */
  @Test
  void correctsTheBiasOfBothMoments() {
    var adam = new Adam(0.5, 0.5, 1e-12, WeightDecay.NONE, false);
    var parameter = weights(0f);

    set(parameter, 2f); // m = 1, v = 2; corrected 2, 4
    adam.update(parameter, 1, 0);
    assertThat(parameter.slot(0)).containsExactly(1f);
    assertThat(parameter.slot(1)).containsExactly(2f);
    assertThat(parameter.values()[0]).isCloseTo(-1f, within(1e-6f));

    set(parameter, -1f); // m = 0, v = 1.5; nothing moves
    adam.update(parameter, 1, 1);
    assertThat(parameter.slot(0)).containsExactly(0f);
    assertThat(parameter.slot(1)).containsExactly(1.5f);
    assertThat(parameter.values()[0]).isCloseTo(-1f, within(1e-6f));

    set(parameter, 1f); // m = 0.5, v = 1.25; corrected 4/7, 10/7
    adam.update(parameter, 1, 2);
    assertThat((double) parameter.values()[0])
        .isCloseTo(-1 - 4.0 / 7 / Math.sqrt(10.0 / 7), within(1e-6));
  }

  @Test
  void decoupledDecayShrinksWeightsThatHaveNoGradient() {
    var parameter = weights(2f);

    Adam.decoupled(new WeightDecay(0.5)).update(parameter, 0.25, 0);

    assertThat(parameter.values()).containsExactly(1.75f);
  }

  @Test
  void coupledDecayGoesThroughTheMoments() {
    var parameter = weights(2f);

    Adam.standard(new WeightDecay(0.5)).update(parameter, 0.25, 0);

    assertThat(parameter.slot(0)[0]).isCloseTo(0.1f, within(1e-7f));
    assertThat(parameter.values()[0]).isCloseTo(1.75f, within(1e-5f));
  }

  @Test
  void agreesWithDoublePrecisionOverManySteps() {
    var parameter = weights(0.3f);
    var adam = Adam.decoupled(new WeightDecay(0.1));
    var w = (double) 0.3f;
    var m = 0.0;
    var v = 0.0;
    for (var step = 0; step < 200; step++) {
      var g = (float) Math.sin(step);
      set(parameter, g);
      adam.update(parameter, 0.01, step);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      w *= 1 - 0.01 * 0.1;
      var corrected = v / (1 - Math.pow(0.999, step + 1));
      w -= 0.01 * m / (1 - Math.pow(0.9, step + 1)) / (Math.sqrt(corrected) + 1e-8);
    }
    assertThat((double) parameter.values()[0]).isCloseTo(w, within(1e-5));
  }

  @Test
  void subnormalMomentsAreFlushed() {
    var parameter = weights(1f);
    set(parameter, 1e-18f); // its square is subnormal in the second moment

    Adam.standard(WeightDecay.NONE).update(parameter, 0.1, 0);

    assertThat(parameter.slot(1)).containsExactly(0f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesBetasOutsideTheirRange(double beta) {
    assertThatThrownBy(() -> new Adam(0.9, beta, 1e-8, WeightDecay.NONE, false))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("beta2 " + beta);
  }

  private static Parameter weights(float... values) {
    var parameter =
        Parameter.dense(
            new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, values.length, 1, 1, 1, 1));
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }

  private static void set(Parameter parameter, float... gradients) {
    System.arraycopy(gradients, 0, parameter.gradients(), 0, gradients.length);
  }
}
