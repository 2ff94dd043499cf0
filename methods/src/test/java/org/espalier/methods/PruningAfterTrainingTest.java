package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruningAfterTrainingTest {

  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "surp"})
  void trainedWeightsAreNeeded(String name) {
    var method = SyntheticRun.method(name);
    var plan = new TrainingPlan(10, 10);

    assertThatThrownBy(() -> method.prepare(SyntheticRun.NETWORK, plan, new Randoms(1)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "method %s prunes a trained network: expected one to start from, from: FILE", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "surp"})
  void weightsGoOneByOne(String name) {
    assertThatThrownBy(() -> SyntheticRun.method(name, "block", "2x1"))
        .isInstanceOf(EspalierException.class)
        .hasMessage("method.block 2x1: expected 1x1");
  }
}
