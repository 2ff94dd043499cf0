package org.espalier.methods.rewiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;

class CriterionTest {

  @Test
  void magnitudeDropsTheSmallestAndAmongTiesTheFirst() {
    var parameter = parameter(-3, 0.5f, -0.5f, 0.5f, 0.1f);
    assertThat(least(Criterion.MAGNITUDE, parameter, 3)).containsExactly(1, 2, 4);
  }

  @Test
  void signBalancedTakesTheSamePartOfEachSign() {
    var even = parameter(0.1f, 0.2f, 0.3f, -1, -2, -3);
    assertThat(least(Criterion.SIGN_BALANCED, even, 4)).containsExactly(0, 1, 3, 4);

    var uneven = parameter(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, -1, -2);
    assertThat(least(Criterion.SIGN_BALANCED, uneven, 5)).containsExactly(0, 1, 2, 3, 8);
    assertThat(least(Criterion.SIGN_BALANCED, uneven, 2)).containsExactly(0, 1);
  }

  @Test
  void signBalancedTakesExactlyAsManyAsAskedFor() {
    for (var parameter :
        List.of(
            parameter(-4, 3, 2, 1, 5), parameter(-4, -3, -2, 1), parameter(1, 2), parameter(-1))) {
      for (var count = 0; count <= parameter.stored(); count++) {
        assertThat(least(Criterion.SIGN_BALANCED, parameter, count))
            .as("%d of %s", count, Arrays.toString(parameter.values()))
            .hasSize(count)
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void taylorRanksByValueTimesGradient() {
    var parameter = parameter(1, 10, -2);
    System.arraycopy(new float[] {3, 0.1f, 1}, 0, parameter.gradients(), 0, 3);
    assertThat(least(Criterion.TAYLOR, parameter, 2)).containsExactly(1, 2);
  }

  @Test
  void blocksAreWorthTheSumOfTheirMagnitudes() {
    var parameter = parameter(3, -3, 2, 0.5f, -1, -1.2f);
    var pairs = new Block(1, 2); // |sums| 0, 2.5 and 2.2, magnitudes 6, 2.5 and 2.2

    assertThat(least(Criterion.MAGNITUDE, parameter, pairs, 2)).containsExactly(1, 2);
    assertThat(least(Criterion.SIGN_BALANCED, parameter, pairs, 2)).containsExactly(1, 2);
    assertThat(least(Criterion.SIGN_BALANCED, parameter, pairs, 1)).containsExactly(1);
    Arrays.fill(parameter.gradients(), 1);
    parameter.gradients()[3] = 9;
    assertThat(least(Criterion.TAYLOR, parameter, pairs, 2)).containsExactly(0, 2);
  }

  private static int[] least(Criterion criterion, Parameter parameter, int count) {
    return least(criterion, parameter, Block.SINGLE, count);
  }

  private static int[] least(Criterion criterion, Parameter parameter, Block block, int count) {
    var blocks = BlockTopology.of(parameter.spec(), parameter.topology(), block);
    return criterion.least(parameter, blocks, count);
  }

  private static Parameter parameter(float... values) {
    var spec =
        new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, 1, values.length, 1, 1, 1);
    var parameter = Parameter.sparse(spec, Topology.full(1, values.length));
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }
}
