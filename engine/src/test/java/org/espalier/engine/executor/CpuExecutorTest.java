package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuExecutorTest {
  private static final int CLASSES = 3;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);
  private static final double STEP = 1e-5;

  /** A network in one storage on kernels of one width, with a batch that fills no group. */
  record Case(Network network, Storage storage, Kernels kernels, int batch) {
    @Override
    public String toString() {
      return network.name() + ", " + storage + ", " + kernels.name() + ", batch " + batch;
    }

    Parameters parameters() {
      return TestNetworks.parameters(network, storage, seed());
    }

    Batch samples() {
      return TestNetworks.batch(network, batch, CLASSES, seed());
    }

    long seed() {
      return 17L * network.name().hashCode() + batch;
    }

    Executor compile(Parameters parameters, int threads) {
      var options = new Engine.Options(batch, threads, 1, true);
      return new CpuEngine(kernels).compile(network, parameters, LOSS, options);
    }
  }

  /** Two batch sizes on the widest vectors, whose groups they fill least; one on the others. */
  static Stream<Case> cases() {
    var widest = KernelChoice.available().getFirst();
    var cases = new ArrayList<Case>();
    for (var network : TestNetworks.all()) {
      for (var storage : Storage.values()) {
        cases.add(new Case(network, storage, widest, 5));
        KernelChoice.available().forEach(k -> cases.add(new Case(network, storage, k, 37)));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheDefinitionsOfItsLayers(Case c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    var batch = c.samples();
    try (var executor = c.compile(parameters, 2)) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      assertLogits(executor, reference.logits(batch, false));
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      assertLogits(executor, reference.logits(batch, true));
      assertThat(executor.loss()).isCloseTo(reference.loss(batch), within(1e-4));
    }
  }

  private static void assertLogits(Executor executor, double[][] expected) {
    var logits = new float[expected.length * CLASSES];
    executor.logits(logits);
    for (var i = 0; i < logits.length; i++) {
      assertThat((double) logits[i]).isCloseTo(expected[i / CLASSES][i % CLASSES], within(2e-4));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(Case c) {
    var parameters = c.parameters();
    var dense = TestNetworks.dense(parameters);
    var reference = new ReferenceNetwork(c.network(), dense, LOSS);
    var batch = c.samples();
    try (var executor = c.compile(parameters, 2)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      executor.backward();
    }
    var pick = new Randoms(c.seed()).stream(Purpose.ORDER, 0, 0);
    for (var parameter : parameters) {
      if (!parameter.spec().trained()) {
        continue;
      }
      for (var i = 0; i < 6; i++) {
        var stored = pick.nextInt(parameter.stored());
        var position =
            parameter.storage() == Storage.SPARSE
                ? (int) parameter.topology().positions()[stored]
                : stored;
        var expected =
            difference(reference, ReferenceNetwork.of(dense, parameter.name()), position, batch);
        assertThat((double) parameter.gradients()[stored])
            .as("%s at %d, seed %d", parameter.name(), position, c.seed())
            .isCloseTo(expected, within(2e-4 + 2e-3 * Math.abs(expected)));
      }
    }
  }

  private static double difference(
      ReferenceNetwork reference, double[] values, int position, Batch batch) {
    var value = values[position];
    values[position] = value + STEP;
    var above = reference.loss(batch);
    values[position] = value - STEP;
    var below = reference.loss(batch);
    values[position] = value;
    return (above - below) / (2 * STEP);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsDoNotChangeABit(Case c) {
    var one = c.parameters();
    var three = c.parameters();
    var batch = c.samples();
    try (var single = c.compile(one, 1);
        var several = c.compile(three, 3)) {
      for (var executor : List.of(single, several)) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.backward();
      }
      assertThat(several.loss()).isEqualTo(single.loss());
    }
    for (var parameter : one) {
      assertThat(three.of(parameter.name()).gradients())
          .as(parameter.name())
          .isEqualTo(parameter.gradients());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void absentGradientsAreTheLargestOfTheDenseGradient(Case c) {
    if (c.storage() != Storage.SPARSE) {
      return;
    }
    var sparse = c.parameters();
    var masked = TestNetworks.parameters(c.network(), Storage.MASKED, c.seed());
    for (var parameter : sparse) {
      copyActive(parameter, masked.of(parameter.name()));
    }
    var batch = c.samples();
    var wanted = new HashMap<String, AbsentGradients.Wanted>();
    c.network()
        .prunable()
        .forEach(spec -> wanted.put(spec.name(), new AbsentGradients.Wanted(9, Block.SINGLE)));
    try (var executor = c.compile(sparse, 2);
        var oracle = c.compile(masked, 1)) {
      oracle.forward(batch, Executor.Mode.TRAINING, 0);
      oracle.backward();
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      var found = executor.backward(wanted);

      for (var name : wanted.keySet()) {
        assertLargest(
            ReferenceNetwork.of(found, name),
            masked.of(name).gradients(),
            sparse.of(name).topology());
      }
    }
  }

  private static void assertLargest(AbsentGradients found, float[] gradient, Topology topology) {
    var largest =
        IntStream.range(0, gradient.length)
            .filter(position -> !topology.active(position))
            .mapToObj(Integer::valueOf)
            .sorted((a, b) -> Float.compare(Math.abs(gradient[b]), Math.abs(gradient[a])))
            .limit(9)
            .mapToLong(Integer::longValue)
            .toArray();
    assertThat(found.positions()).containsExactlyInAnyOrder(largest);
    for (var i = 0; i < found.positions().length; i++) {
      assertThat(found.gradients()[i])
          .isCloseTo(gradient[(int) found.positions()[i]], within(1e-5f));
    }
  }

  private static void copyActive(Parameter from, Parameter to) {
    for (var position = 0; position < to.stored(); position++) {
      var stored = TestNetworks.stored(from, position);
      if (stored >= 0) {
        to.values()[position] = from.values()[stored];
      }
    }
  }

  @Test
  void meanSquaredErrorHasTheGradientOfItsDefinition() {
    var loss = new Loss.MeanSquaredError();
    var network = TestNetworks.mlp();
    var parameters = TestNetworks.parameters(network, Storage.DENSE, 11);
    var dense = TestNetworks.dense(parameters);
    var reference = new ReferenceNetwork(network, dense, loss);
    var batch = TestNetworks.batch(network, 9, CLASSES, 11);
    var options = new Engine.Options(9, 1, 1, true);
    try (var executor = new CpuEngine().compile(network, parameters, loss, options)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      executor.backward();
      assertThat(executor.loss()).isCloseTo(reference.loss(batch), within(1e-5));
    }
    for (var name : List.of("fc1.weight", "fc2.bias", "fc3.weight")) {
      var expected = difference(reference, ReferenceNetwork.of(dense, name), 2, batch);
      assertThat((double) parameters.of(name).gradients()[2])
          .as(name)
          .isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void followsARewiringWithoutBeingCompiledAgain() {
    var network = TestNetworks.mlp();
    var parameters = TestNetworks.parameters(network, Storage.SPARSE, 3);
    var batch = TestNetworks.batch(network, 8, CLASSES, 3);
    var weight = parameters.of("fc2.weight");
    var options = new Engine.Options(8, 1, 1, true);
    try (var executor = new CpuEngine().compile(network, parameters, LOSS, options)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      var absent =
          ReferenceNetwork.of(
                  executor.backward(
                      Map.of("fc2.weight", new AbsentGradients.Wanted(4, Block.SINGLE))),
                  "fc2.weight")
              .positions();
      Arrays.sort(absent);
      weight.rewire(new Rewiring(new int[] {0, 1, 2, 3}, absent));
      Arrays.fill(weight.values(), 0.25f);

      var reference = new ReferenceNetwork(network, TestNetworks.dense(parameters), LOSS);
      executor.forward(batch, Executor.Mode.TRAINING, 1);
      assertThat(executor.loss()).isCloseTo(reference.loss(batch), within(1e-5));
    }
  }

  @Test
  void aSmallerBatchIsNotDisturbedByTheOneBefore() {
    var network = TestNetworks.all().get(1);
    var fresh = TestNetworks.parameters(network, Storage.SPARSE, 5);
    var used = TestNetworks.parameters(network, Storage.SPARSE, 5);
    var small = TestNetworks.batch(network, 3, CLASSES, 6);
    var options = new Engine.Options(40, 2, 1, true);
    try (var first = new CpuEngine().compile(network, fresh, LOSS, options);
        var second = new CpuEngine().compile(network, used, LOSS, options)) {
      second.forward(TestNetworks.batch(network, 40, CLASSES, 7), Executor.Mode.TRAINING, 0);
      second.backward();
      for (var executor : List.of(first, second)) {
        executor.forward(small, Executor.Mode.TRAINING, 1);
        executor.backward();
      }
    }
    for (var parameter : fresh) {
      assertThat(used.of(parameter.name()).gradients())
          .as(parameter.name())
          .isEqualTo(parameter.gradients());
    }
  }

  @Test
  void droppedValuesAreTheRateAndTheirGradientFollows() {
    var network =
        NetworkBuilder.of("dropout", Shape.features(50))
            .linear("fc1", 400)
            .dropout("drop", 0.3)
            .linear("fc2", CLASSES)
            .build();
    var parameters = TestNetworks.parameters(network, Storage.DENSE, 9);
    Arrays.fill(parameters.of("fc1.weight").values(), 0);
    Arrays.fill(parameters.of("fc1.bias").values(), 1);
    Arrays.fill(parameters.of("fc2.weight").values(), 1);
    Arrays.fill(parameters.of("fc2.bias").values(), 0);
    var batch = TestNetworks.batch(network, 64, CLASSES, 9);
    var options = new Engine.Options(64, 2, 1, true);
    try (var executor = new CpuEngine().compile(network, parameters, LOSS, options)) {
      var logits = new float[64 * CLASSES];
      executor.forward(batch, Executor.Mode.TRAINING, 4);
      executor.logits(logits);
      var kept = 0.0;
      for (var n = 0; n < 64; n++) {
        kept += logits[n * CLASSES] * 0.7 / 400 / 64;
      }
      assertThat(kept).isCloseTo(0.7, within(0.01));
      var before = logits.clone();
      executor.forward(batch, Executor.Mode.TRAINING, 4);
      executor.logits(logits);
      assertThat(logits).isEqualTo(before);
      executor.forward(batch, Executor.Mode.TRAINING, 5);
      executor.logits(logits);
      assertThat(logits).isNotEqualTo(before);
    }
  }
}
