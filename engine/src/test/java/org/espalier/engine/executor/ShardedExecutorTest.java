package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.stream.Stream;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShardedExecutorTest {
  private static final int CLASSES = 3;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);
  private static final long SEED = 5;

  private static final int GROUP = Kernels.best().lanes();

  /** A network, and samples of which the last group is not full. */
  record Case(Network network, Storage storage, int threads, int samples) {
    @Override
    public String toString() {
      return network.name() + ", " + storage + ", " + threads + " threads, " + samples;
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var network : TestNetworks.all()) {
      if (network.nodes().stream().anyMatch(node -> node.layer() instanceof Layer.Conv2d)) {
        cases.add(new Case(network, Storage.SPARSE, 1, 2 * GROUP));
        cases.add(new Case(network, Storage.SPARSE, 2, 4 * GROUP - 3));
        cases.add(new Case(network, Storage.DENSE, 2, 2 * GROUP - 1));
        cases.add(new Case(network, Storage.MASKED, 3, 13 * GROUP - 5));
      }
    }
    return cases.stream();
  }

  private static Parameters parameters(Case c) {
    return TestNetworks.parameters(c.network(), c.storage(), SEED);
  }

  private static Executor sharded(Case c, Parameters parameters) {
    var options = new Engine.Options(c.samples(), c.threads(), 1, false);
    var executor = new CpuEngine().compile(c.network(), parameters, LOSS, options);
    assertThat(executor).isInstanceOf(ShardedExecutor.class);
    return executor;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyBitIsThatOfTheWholeBatchAtOnce(Case c) {
    var parameters = parameters(c);
    var options = new Engine.Options(c.samples(), 1, 1, true);
    try (var sharded = sharded(c, parameters);
        var whole = new CpuExecutor(c.network(), parameters, LOSS, options, new CpuEngine())) {
      // The smaller batch leaves something behind in the buffers of the larger one.
      for (var samples : new int[] {c.samples(), GROUP + 1, c.samples()}) {
        var batch = TestNetworks.batch(c.network(), samples, CLASSES, SEED);
        sharded.forward(batch, Executor.Mode.INFERENCE, 0);
        whole.forward(batch, Executor.Mode.INFERENCE, 0);

        assertThat(logits(sharded, samples)).isEqualTo(logits(whole, samples));
        assertThat(sharded.loss()).isEqualTo(whole.loss());
        assertThat(sharded.correct()).isEqualTo(whole.correct());
      }
    }
  }

  private static float[] logits(Executor executor, int samples) {
    var logits = new float[samples * CLASSES];
    executor.logits(logits);
    return logits;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSingleSampleHasTheLogitsItHasInABatch(Case c) {
    var parameters = parameters(c);
    var batch = TestNetworks.batch(c.network(), 1, CLASSES, SEED);
    var inference = new Engine.Options(1, c.threads(), 1, false);
    var training = new Engine.Options(c.samples(), 1, 1, true);
    try (var single = new CpuEngine().compile(c.network(), parameters, LOSS, inference);
        var whole = new CpuEngine().compile(c.network(), parameters, LOSS, training)) {
      single.forward(batch, Executor.Mode.INFERENCE, 0);
      whole.forward(batch, Executor.Mode.INFERENCE, 0);

      assertThat(logits(single, 1)).isEqualTo(logits(whole, 1));
    }
  }

  @Test
  void itIsForInferenceAlone() {
    var c = cases().findFirst().orElseThrow();
    try (var executor = sharded(c, parameters(c))) {
      var batch = TestNetworks.batch(c.network(), c.samples(), CLASSES, SEED);

      assertThatThrownBy(() -> executor.forward(batch, Executor.Mode.TRAINING, 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(executor::backward).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void activationsOfInferenceTakeTurns() {
    var engine = new CpuEngine();
    var training = new Engine.Options(GROUP, 1, 1, true);
    var inference = new Engine.Options(GROUP, 1, 1, false);
    var network = Models.named("resnet-20", new Shape(3, 8, 8), CLASSES);
    var parameters = TestNetworks.parameters(network, Storage.SPARSE, SEED);
    try (var all = engine.compile(network, parameters, LOSS, training);
        var turns = engine.compile(network, parameters, LOSS, inference)) {
      assertThat(turns.footprint().activations()).isLessThan(all.footprint().activations() / 3);
    }
  }
}
