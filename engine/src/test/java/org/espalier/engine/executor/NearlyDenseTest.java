package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse layers of which little is absent, beside the dense network with zeros in its place. */
class NearlyDenseTest {
  private static final int CLASSES = 4;
  private static final int BATCH = 37;
  private static final long SEED = 5;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);

  private static Network network() {
    return NetworkBuilder.of("nearly dense", new Shape(3, 9, 9))
        .node("conv1", new Layer.Conv2d(10, 3, 1, 1, 1, true))
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(7, 3, 2, 1, 1, false))
        .batchNorm("bn2")
        .flatten("flatten")
        .linear("fc", CLASSES)
        .build();
  }

  private static Parameters sparse(double density) {
    var parameters =
        new Parameters(
            network(),
            spec -> {
              if (!spec.prunable()) {
                return Parameter.dense(spec);
              }
              var stream = new Randoms(SEED).stream(Purpose.TOPOLOGY, spec.name(), 0);
              var count = (int) Math.round(density * spec.size());
              var positions = stream.sample(spec.size(), count);
              return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions));
            });
    for (var parameter : parameters) {
      var stream = new Randoms(SEED).stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = TestNetworks.value(parameter.spec(), stream);
      }
    }
    return parameters;
  }

  /** The same with absent weights stored as zeros. */
  private static Parameters dense(Parameters sparse) {
    var parameters = new Parameters(network(), Parameter::dense);
    for (var parameter : parameters) {
      var from = sparse.of(parameter.name());
      for (var position = 0; position < parameter.stored(); position++) {
        var stored = TestNetworks.stored(from, position);
        parameter.values()[position] = stored < 0 ? 0 : from.values()[stored];
      }
    }
    return parameters;
  }

  private static double step(Parameters parameters, int threads) {
    var batch = TestNetworks.batch(network(), BATCH, CLASSES, SEED);
    var options = new Engine.Options(BATCH, threads, 1, true);
    try (var executor = new CpuEngine().compile(network(), parameters, LOSS, options)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      executor.backward();
      return executor.loss();
    }
  }

  private static void assertGradients(Parameters sparse, Parameters dense) {
    for (var parameter : sparse) {
      if (!parameter.spec().trained()) {
        continue;
      }
      var expected = dense.of(parameter.name()).gradients();
      for (var position = 0; position < expected.length; position++) {
        var stored = TestNetworks.stored(parameter, position);
        if (stored >= 0) {
          assertThat(parameter.gradients()[stored])
              .as("%s at %d, seed %d", parameter.name(), position, SEED)
              .isCloseTo(expected[position], within(1e-5f + 1e-4f * Math.abs(expected[position])));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.55, 0.65, 0.9, 1})
  void agreesWithTheDenseNetwork(double density) {
    var sparse = sparse(density);
    var dense = dense(sparse);
    assertThat(step(sparse, 2)).isCloseTo(step(dense, 1), within(1e-5));
    assertGradients(sparse, dense);
  }

  @Test
  void threadsDoNotChangeABit() {
    var one = sparse(0.9);
    var three = sparse(0.9);
    assertThat(step(three, 3)).isEqualTo(step(one, 1));
    for (var parameter : one) {
      assertThat(three.of(parameter.name()).gradients())
          .as(parameter.name())
          .isEqualTo(parameter.gradients());
    }
  }

  @Test
  void followsATopologyThatThinsOut() {
    var sparse = sparse(0.9);
    var batch = TestNetworks.batch(network(), BATCH, CLASSES, SEED);
    var options = new Engine.Options(BATCH, 2, 1, true);
    try (var executor = new CpuEngine().compile(network(), sparse, LOSS, options)) {
      for (var half = 0; half < 3; half++) {
        executor.forward(batch, Executor.Mode.TRAINING, half);
        executor.backward();
        var dense = dense(sparse);
        assertThat(executor.loss()).isCloseTo(step(dense, 1), within(1e-5));
        assertGradients(sparse, dense);
        for (var name : Stream.of("conv1.weight", "conv2.weight", "fc.weight").toList()) {
          var weight = sparse.of(name);
          var dropped = LongStream.range(0, weight.stored()).filter(p -> p % 4 == 1);
          weight.rewire(new Rewiring(dropped.mapToInt(p -> (int) p).toArray(), new long[0]));
        }
      }
    }
  }

  @Test
  void theCopyCountsAsWorkspace() {
    var options = new Engine.Options(BATCH, 1, 1, true);
    var dense = new Parameters(network(), Parameter::dense);
    var sparse = sparse(0.9);
    var batch = TestNetworks.batch(network(), BATCH, CLASSES, SEED);
    try (var copies = new CpuEngine().compile(network(), sparse, LOSS, options);
        var plain = new CpuEngine().compile(network(), dense, LOSS, options)) {
      copies.forward(batch, Executor.Mode.TRAINING, 0);
      plain.forward(batch, Executor.Mode.TRAINING, 0);
      var conv2 = sparse.of("conv2.weight").spec();
      assertThat(copies.footprint().activations() - plain.footprint().activations())
          .isEqualTo(4 * conv2.size());
    }
  }
}
