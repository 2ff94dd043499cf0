package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Loss;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every engine is held to: the same network, parameters and batches give what the definitions
 * of layers, losses and optimizers give in double precision, to the error of float sums of their
 * length.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract {
  private static final Loss LOSS = EngineCase.LOSS;

  /** How many times the error of one pass there may be after a few steps. */
  private static final double DRIFT = 4;

  private final TestedEngines tested;

  protected EngineContract(TestedEngines tested) {
    this.tested = tested;
  }

  Stream<EngineCase> cases() {
    return tested.cases(
        Stream.concat(TestNetworks.all().stream(), LayerNetworks.all().stream()).toList());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceUsesRunningStatistics(EngineCase c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters, LOSS, false)) {
      executor.forward(c.samples(0), Executor.Mode.INFERENCE, 0);
      c.assertLogits(executor, reference, c.samples(0), false);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsLossAndHitsAreThoseOfTheDefinitions(EngineCase c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters)) {
      for (var batch : c.batches()) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        c.assertLogits(executor, reference, batch, true);
        var tolerance = c.error(reference, batch);
        assertThat(executor.loss()).isCloseTo(reference.loss(batch), within(tolerance));
        assertThat(executor.correct()).isEqualTo(reference.correct(batch));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyGradientIsThatOfTheDefinitions(EngineCase c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters)) {
      for (var batch : c.batches()) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.backward();
        c.assertGradients(parameters, reference, batch);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void absentGradientsAreTheLargestOfTheDenseGradient(EngineCase c) {
    if (c.storage() != Storage.SPARSE) {
      return;
    }
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    var wanted = new HashMap<String, AbsentGradients.Wanted>();
    c.network()
        .prunable()
        .forEach(spec -> wanted.put(spec.name(), new AbsentGradients.Wanted(9, Block.SINGLE)));
    try (var executor = c.compile(parameters)) {
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
      var found = executor.backward(wanted);
      var expected = reference.gradients(c.samples(0));
      var tolerance = c.error(reference, c.samples(0)) * EngineCase.largest(expected);
      for (var name : wanted.keySet()) {
        assertLargest(
            ReferenceNetwork.of(found, name),
            ReferenceNetwork.of(expected, name),
            parameters.of(name),
            tolerance);
      }
      c.assertGradients(parameters, reference, c.samples(0));
    }
  }

  /** Near ties may be broken either way. */
  private static void assertLargest(
      AbsentGradients found, double[] gradients, Parameter parameter, double tolerance) {
    var positions = Arrays.stream(found.positions()).boxed().toList();
    var absent = (int) (parameter.spec().size() - parameter.nonZeros());
    assertThat(positions).doesNotHaveDuplicates().hasSize(Math.min(9, absent));
    var least = Double.POSITIVE_INFINITY;
    for (var i = 0; i < positions.size(); i++) {
      var position = positions.get(i);
      assertThat(parameter.topology().active(position)).isFalse();
      assertThat((double) found.gradients()[i])
          .as("%s at %d", parameter.name(), position)
          .isCloseTo(gradients[position.intValue()], within(tolerance));
      assertThat((double) Math.abs(found.gradients()[i])).isLessThanOrEqualTo(least);
      least = Math.abs(found.gradients()[i]);
    }
    for (var position = 0L; position < gradients.length; position++) {
      if (!parameter.topology().active(position) && !positions.contains(position)) {
        assertThat(Math.abs(gradients[(int) position])).isLessThanOrEqualTo(least + tolerance);
      }
    }
  }

  /** Steps of one optimizer, whose ε keeps Adam from dividing rounding errors by each other. */
  record Training(EngineCase c, Optimizer optimizer) {
    @Override
    public String toString() {
      return c + ", " + optimizer;
    }
  }

  Stream<Training> trainings() {
    var all = new WeightDecay(0.03, WeightDecay.Scope.ALL);
    var weights = new WeightDecay(0.03);
    var optimizers =
        List.of(
            new Sgd(0, false, WeightDecay.NONE),
            new Sgd(0, false, all),
            new Sgd(0.9, false, weights),
            new Sgd(0.9, true, all),
            new Sgd(0.9, true, weights),
            new Adam(0.9, 0.99, 1e-3, weights, false),
            new Adam(0.9, 0.99, 1e-3, all, true),
            new Adam(0.9, 0.99, 1e-3, weights, true));
    var networks =
        TestNetworks.all().stream()
            .filter(
                network -> List.of("residual", "grouped", "normalised").contains(network.name()))
            .toList();
    return tested
        .cases(networks)
        .flatMap(c -> optimizers.stream().map(optimizer -> new Training(c, optimizer)));
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void stepsAreThoseOfTheDefinitions(Training training) {
    var c = training.c();
    var optimizer = training.optimizer();
    var parameters = c.parameters();
    var reference = new ReferenceTraining(c.network(), parameters, LOSS);
    var error = DRIFT * c.error(reference.network(), c.samples(0));
    try (var executor = c.compile(parameters)) {
      for (var step = 0; step < 4; step++) {
        var batch = c.samples(step);
        executor.forward(batch, Executor.Mode.TRAINING, step);
        executor.backward();
        executor.update(optimizer, 0.02, step);
        assertThat(executor.loss())
            .isCloseTo(reference.step(batch, optimizer, 0.02, step), within(error));
      }
    }
    for (var parameter : parameters) {
      var name = parameter.name();
      c.assertStored(parameter, name, parameter.values(), reference.values(name), error);
      for (var slot = 0; slot < parameter.slots(); slot++) {
        var what = name + ", slot " + slot;
        c.assertStored(parameter, what, parameter.slot(slot), reference.slot(name, slot), error);
      }
      assertThat(parameter.slots()).isEqualTo(parameter.spec().trained() ? optimizer.slots() : 0);
    }
  }

  Stream<EngineCase> small() {
    return tested.cases(List.of(TestNetworks.mlp())).filter(EngineCase::full);
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyLossHasTheGradientOfItsDefinition(EngineCase c) {
    for (var loss :
        List.of(
            new Loss.CrossEntropy(0), new Loss.CrossEntropy(0.3), new Loss.MeanSquaredError())) {
      var parameters = c.parameters();
      var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), loss);
      try (var executor = c.compile(parameters, loss, true)) {
        executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
        executor.backward();
        assertThat(executor.loss()).isCloseTo(reference.loss(c.samples(0)), within(1e-5));
        c.assertGradients(parameters, reference, c.samples(0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void followsARewiringWithoutBeingCompiledAgain(EngineCase c) {
    if (c.storage() != Storage.SPARSE) {
      return;
    }
    var parameters = c.parameters();
    var weight = parameters.of("fc2.weight");
    var optimizer = new Sgd(0.9, false, WeightDecay.NONE);
    try (var executor = c.compile(parameters)) {
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
      var found =
          executor.backward(Map.of("fc2.weight", new AbsentGradients.Wanted(4, Block.SINGLE)));
      executor.update(optimizer, 0.1, 0);
      var absent = ReferenceNetwork.of(found, "fc2.weight").positions();
      Arrays.sort(absent);
      var kept = weight.topology().positions()[7];
      var value = weight.values()[7];
      var velocity = weight.slot(0)[7];
      weight.rewire(new Rewiring(new int[] {0, 1, 2, 3}, absent));

      var columns = weight.spec().columns();
      var index = weight.topology().indexOf((int) kept / columns, (int) kept % columns);
      assertThat(weight.values()[index]).isEqualTo(value);
      assertThat(weight.slot(0)[index]).isEqualTo(velocity);
      var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
      executor.forward(c.samples(1), Executor.Mode.TRAINING, 1);
      executor.backward();
      c.assertGradients(parameters, reference, c.samples(1));
      executor.update(optimizer, 0.1, 1);
      assertThat(weight.values()[index]).isNotEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void seesWhatOthersWriteIntoValuesAndGradients(EngineCase c) {
    var parameters = c.parameters();
    var weight = parameters.of("fc2.weight");
    try (var executor = c.compile(parameters)) {
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
      executor.backward();
      parameters.trained().forEach(parameter -> Arrays.fill(parameter.gradients(), 0.5f));
      var before = weight.values().clone();
      executor.update(new Sgd(0, false, WeightDecay.NONE), 0.25, 0);
      for (var i = 0; i < before.length; i++) {
        assertThat(weight.values()[i]).isCloseTo(before[i] - 0.125f, within(1e-6f));
      }

      Arrays.fill(weight.values(), 0.25f);
      var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
      executor.forward(c.samples(1), Executor.Mode.TRAINING, 1);
      assertThat(executor.loss()).isCloseTo(reference.loss(c.samples(1)), within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void twoExecutorsOfTheSameParametersSeeEachOther(EngineCase c) {
    var parameters = c.parameters();
    try (var training = c.compile(parameters);
        var evaluation = c.compile(parameters, LOSS, false)) {
      for (var step = 0; step < 3; step++) {
        evaluation.forward(c.samples(9), Executor.Mode.INFERENCE, step);
        var before = evaluation.loss();
        training.forward(c.samples(step), Executor.Mode.TRAINING, step);
        training.backward();
        training.update(new Sgd(0.9, false, WeightDecay.NONE), 0.05, step);
        evaluation.forward(c.samples(9), Executor.Mode.INFERENCE, step);
        training.forward(c.samples(9), Executor.Mode.INFERENCE, step);
        assertThat(evaluation.loss()).isEqualTo(training.loss()).isNotEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void valuesSurviveTheExecutor(EngineCase c) {
    var parameters = c.parameters();
    var reference = new ReferenceTraining(c.network(), parameters, LOSS);
    var optimizer = new Sgd(0.9, false, WeightDecay.NONE);
    var error = DRIFT * c.error(reference.network(), c.samples(0));
    for (var step = 0; step < 2; step++) {
      try (var executor = c.compile(parameters)) {
        executor.forward(c.samples(step), Executor.Mode.TRAINING, step);
        executor.backward();
        executor.update(optimizer, 0.05, step);
        reference.step(c.samples(step), optimizer, 0.05, step);
      }
    }
    for (var parameter : parameters) {
      var name = parameter.name();
      c.assertStored(parameter, name, parameter.values(), reference.values(name), error);
      c.assertStored(parameter, name, parameter.slot(0), reference.slot(name, 0), error);
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void refusesWhatItCannotTake(EngineCase c) {
    var parameters = c.parameters();
    var samples = c.samples(0);
    try (var executor = c.compile(parameters)) {
      assertThatThrownBy(executor::backward).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () ->
                  executor.forward(
                      new Batch(c.batch() + 1, samples.sampleSize()), Executor.Mode.TRAINING, 0))
          .isInstanceOf(EspalierException.class)
          .hasMessage("a batch of 38 samples: expected 1 to 37");
      assertThatThrownBy(
              () -> executor.forward(new Batch(c.batch(), 14), Executor.Mode.TRAINING, 0))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("samples of 14 values");
      samples.labels()[3] = 3;
      assertThatThrownBy(() -> executor.forward(samples, Executor.Mode.TRAINING, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label 3 of sample 3: expected 0 to 2");
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
      executor.backward();
      assertThatThrownBy(executor::backward).isInstanceOf(IllegalStateException.class);
      executor.forward(c.samples(0), Executor.Mode.INFERENCE, 0);
      assertThatThrownBy(executor::backward).isInstanceOf(IllegalStateException.class);
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
      assertThatThrownBy(
              () ->
                  executor.backward(
                      Map.of("fc1.bias", new AbsentGradients.Wanted(1, Block.SINGLE))))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("expected names of sparse weights");
    }
  }
}
