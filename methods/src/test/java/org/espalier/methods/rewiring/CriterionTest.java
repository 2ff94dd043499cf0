package org.espalier.methods.rewiring;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;

class CriterionTest {

  @Test
  void magnitudeDropsTheSmallestAndAmongTiesTheFirst() {
    var parameter = parameter(-3, 0.5f, -0.5f, 0.5f, 0.1f);
    assertThat(Criterion.MAGNITUDE.least(parameter, 3)).containsExactly(1, 2, 4);
  }

  @Test
  void signBalancedTakesHalfFromEachSign() {
    var parameter = parameter(0.1f, 0.2f, 0.3f, -1, -2, -3);
    assertThat(Criterion.SIGN_BALANCED.least(parameter, 4)).containsExactly(0, 1, 3, 4);
    assertThat(Criterion.SIGN_BALANCED.least(parameter, 3)).containsExactly(0, 1, 3);
  }

  @Test
  void signBalancedTakesMoreOfTheOtherSignWhereOneIsShort() {
    assertThat(Criterion.SIGN_BALANCED.least(parameter(-4, 3, 2, 1), 4))
        .containsExactly(0, 1, 2, 3);
    assertThat(Criterion.SIGN_BALANCED.least(parameter(-4, -3, -2, 1), 4))
        .containsExactly(0, 1, 2, 3);
    assertThat(Criterion.SIGN_BALANCED.least(parameter(-4, -3, -2, 1), 3)).hasSize(3);
  }

  @Test
  void taylorRanksByValueTimesGradient() {
    var parameter = parameter(1, 10, -2);
    System.arraycopy(new float[] {3, 0.1f, 1}, 0, parameter.gradients(), 0, 3);
    assertThat(Criterion.TAYLOR.least(parameter, 2)).containsExactly(1, 2);
  }

  private static Parameter parameter(float... values) {
    var spec =
        new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, 1, values.length, 1, 1, 1);
    var parameter = Parameter.sparse(spec, Topology.full(1, values.length));
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }
}
