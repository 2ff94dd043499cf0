package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods that draw a mask, in runs that start from a network which has one. */
class SparseStartTest {
  /** Layers that all have blocks of 2×2. */
  private static final Network NETWORK = Models.named("mlp:60x32", Shape.features(96), 8);

  private static final TrainingPlan PLAN = new TrainingPlan(100, 50);

  @ParameterizedTest
  @CsvSource({
    "static-random, 1x1",
    "static-random, 2x2",
    "set, 1x1",
    "rigl, 2x2",
    "set-itop, 2x2",
    "rigl-itop, 1x1"
  })
  void goOnWithItsMaskWhereTheNumbersFit(String name, String block) {
    var method = SyntheticRun.method(name, "sparsity", 0.9, "block", block);
    var start = Parameters.of(NETWORK, drawn(method, 1));

    assertThat(started(method, start)).isEqualTo(drawn(method, 1)).isNotEqualTo(drawn(method, 2));
  }

  @Test
  void weightsOfADenseTensorThatAreNotZeroAreItsMask() {
    var method = SyntheticRun.method("static-random", "sparsity", 0.9);
    var mask = drawn(method, 1);
    var start = Parameters.dense(NETWORK);
    mask.forEach(
        (name, topology) -> {
          for (var position : topology.positions()) {
            start.of(name).values()[Math.toIntExact(position)] = -1;
          }
        });

    assertThat(started(method, start)).isEqualTo(mask);
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 1x1", // fewer weights than the start has
    "0.5, 2x2" // as many, not in blocks
  })
  void drawTheirOwnMaskOtherwise(double sparsity, String block) {
    var single = SyntheticRun.method("static-random", "sparsity", 0.5, "distribution", "uniform");
    var method =
        SyntheticRun.method(
            "rigl", "sparsity", sparsity, "block", block, "distribution", "uniform");
    var start = Parameters.of(NETWORK, drawn(single, 1));

    assertThat(started(method, start)).isEqualTo(drawn(method, 2));
  }

  private static Map<String, Topology> drawn(Method method, long seed) {
    return method.prepare(NETWORK, PLAN, new Randoms(seed)).topologies();
  }

  private static Map<String, Topology> started(Method method, Parameters start) {
    return method.prepare(NETWORK, PLAN, new Randoms(2), start).topologies();
  }
}
