package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
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
  private static final int CLASSES = 3;
  private static final int FULL = 37; // fills no whole number of vectors
  private static final int SMALL = 5;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);

  /** Errors allowed in units of one rounding, times the root of the longest sum. */
  private static final double ROUNDINGS = 32;

  /** How many times that after a few steps. */
  private static final double DRIFT = 4;

  /** The engines under test by name, the one that is tested most first. */
  protected abstract Map<String, Engine> engines();

  /** Threads of every executor. */
  protected abstract int threads();

  /** A network in one storage on one engine. */
  record Case(
      String name, Engine engine, int threads, Network network, Storage storage, int batch) {
    @Override
    public String toString() {
      return name + ", " + network.name() + ", " + storage + ", batch " + batch;
    }

    long seed() {
      return 17L * network.name().hashCode() + batch;
    }

    Parameters parameters() {
      return TestNetworks.parameters(network, storage, seed());
    }

    Batch samples(int number) {
      return TestNetworks.batch(network, batch, CLASSES, seed() + number);
    }

    Executor compile(Parameters parameters) {
      return compile(parameters, LOSS, true);
    }

    Executor compile(Parameters parameters, Loss loss, boolean training) {
      var options = new Engine.Options(batch, threads, 1, training);
      return engine.compile(network, parameters, loss, options);
    }

    /**
     * Relative error of what is summed over weights, or over pixels and samples. Normalisations
     * magnify it where the mean of a channel is large beside its deviation, in gradients twice.
     */
    double error(ReferenceNetwork reference, Batch samples) {
      var longest = 1.0;
      for (var node : network.nodes()) {
        var in = network.shape(node.inputs().getFirst());
        longest = Math.max(longest, (double) samples.size() * in.height() * in.width());
      }
      for (var spec : network.prunable()) {
        longest = Math.max(longest, spec.columns());
      }
      var magnified = Math.pow(reference.conditioning(samples), 2);
      return ROUNDINGS * Math.ulp(1f) * Math.sqrt(longest) * magnified;
    }
  }

  Stream<Case> cases() {
    var networks = new ArrayList<>(TestNetworks.all());
    networks.addAll(LayerNetworks.all());
    return cases(networks);
  }

  private Stream<Case> cases(List<Network> networks) {
    var cases = new ArrayList<Case>();
    var first = engines().keySet().iterator().next();
    for (var network : networks) {
      for (var storage : Storage.values()) {
        engines().forEach((n, e) -> cases.add(new Case(n, e, threads(), network, storage, FULL)));
        cases.add(new Case(first, engine(first), threads(), network, storage, SMALL));
      }
    }
    return cases.stream();
  }

  private Engine engine(String name) {
    return ReferenceNetwork.of(engines(), name);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceUsesRunningStatistics(Case c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters, LOSS, false)) {
      executor.forward(c.samples(0), Executor.Mode.INFERENCE, 0);
      assertLogits(c, executor, reference, c.samples(0), false);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsLossAndHitsAreThoseOfTheDefinitions(Case c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters)) {
      for (var batch : List.of(c.samples(0), tail(c.samples(1)))) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        assertLogits(c, executor, reference, batch, true);
        var tolerance = c.error(reference, batch);
        assertThat(executor.loss()).isCloseTo(reference.loss(batch), within(tolerance));
        assertThat(executor.correct()).isEqualTo(reference.correct(batch));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyGradientIsThatOfTheDefinitions(Case c) {
    var parameters = c.parameters();
    var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), LOSS);
    try (var executor = c.compile(parameters)) {
      for (var batch : List.of(c.samples(0), tail(c.samples(1)))) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.backward();
        assertGradients(c, parameters, reference, batch);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void absentGradientsAreTheLargestOfTheDenseGradient(Case c) {
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
      var tolerance = c.error(reference, c.samples(0)) * largest(expected);
      for (var name : wanted.keySet()) {
        assertLargest(
            ReferenceNetwork.of(found, name),
            ReferenceNetwork.of(expected, name),
            parameters.of(name),
            tolerance);
      }
      assertGradients(c, parameters, reference, c.samples(0));
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
  record Training(Case c, Optimizer optimizer) {
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
    return cases(networks)
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
      assertStored(c, parameter, name, parameter.values(), reference.values(name), error);
      for (var slot = 0; slot < parameter.slots(); slot++) {
        var what = name + ", slot " + slot;
        assertStored(c, parameter, what, parameter.slot(slot), reference.slot(name, slot), error);
      }
      assertThat(parameter.slots()).isEqualTo(parameter.spec().trained() ? optimizer.slots() : 0);
    }
  }

  private static void assertStored(
      Case c, Parameter parameter, String what, float[] actual, double[] expected, double error) {
    var tolerance = error * Math.max(0.1, magnitude(expected));
    assertClose(c, what, actual, stored(parameter, expected), tolerance);
  }

  /** Those of all weights that a parameter keeps, in its order. */
  private static double[] stored(Parameter parameter, double[] all) {
    return parameter.storage() == Storage.SPARSE
        ? Arrays.stream(parameter.topology().positions()).mapToDouble(p -> all[(int) p]).toArray()
        : all;
  }

  private static void assertGradients(
      Case c, Parameters parameters, ReferenceNetwork reference, Batch batch) {
    var expected = reference.gradients(batch);
    var tolerance = c.error(reference, batch) * largest(expected);
    for (var parameter : parameters.trained()) {
      var gradients = stored(parameter, ReferenceNetwork.of(expected, parameter.name()));
      assertClose(c, parameter.name(), parameter.gradients(), gradients, tolerance);
    }
  }

  private static double largest(Map<String, double[]> gradients) {
    return gradients.values().stream().mapToDouble(EngineContract::magnitude).max().orElse(0);
  }

  Stream<Case> small() {
    return cases(List.of(TestNetworks.mlp())).filter(c -> c.batch() == FULL);
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyLossHasTheGradientOfItsDefinition(Case c) {
    for (var loss :
        List.of(
            new Loss.CrossEntropy(0), new Loss.CrossEntropy(0.3), new Loss.MeanSquaredError())) {
      var parameters = c.parameters();
      var reference = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), loss);
      try (var executor = c.compile(parameters, loss, true)) {
        executor.forward(c.samples(0), Executor.Mode.TRAINING, 0);
        executor.backward();
        assertThat(executor.loss()).isCloseTo(reference.loss(c.samples(0)), within(1e-5));
        assertGradients(c, parameters, reference, c.samples(0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void followsARewiringWithoutBeingCompiledAgain(Case c) {
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
      assertGradients(c, parameters, reference, c.samples(1));
      executor.update(optimizer, 0.1, 1);
      assertThat(weight.values()[index]).isNotEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void seesWhatOthersWriteIntoValuesAndGradients(Case c) {
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
  void twoExecutorsOfTheSameParametersSeeEachOther(Case c) {
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
  void valuesSurviveTheExecutor(Case c) {
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
      assertStored(c, parameter, name, parameter.values(), reference.values(name), error);
      assertStored(c, parameter, name, parameter.slot(0), reference.slot(name, 0), error);
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void refusesWhatItCannotTake(Case c) {
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
      samples.labels()[3] = CLASSES;
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

  /** One sample of one value per channel: its variance is zero, and so the unbiased one here. */
  @ParameterizedTest
  @MethodSource("normalised")
  void runningVarianceOfASingleValueStaysFinite(Case c) {
    var parameters = c.parameters();
    var dense = TestNetworks.dense(parameters);
    var batch = c.samples(0);
    batch.size(1);
    try (var executor = c.compile(parameters)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      executor.backward();
      assertThat(executor.loss()).isFinite();
    }
    new ReferenceNetwork(c.network(), dense, LOSS).followStatistics(batch);
    for (var name : List.of("bn1.running_mean", "bn1.running_var")) {
      assertClose(c, name, parameters.of(name).values(), ReferenceNetwork.of(dense, name), 1e-5);
    }
  }

  Stream<Case> normalised() {
    var network =
        TestNetworks.all().stream().filter(n -> n.name().equals("normalised")).findFirst();
    return cases(List.of(network.orElseThrow())).filter(c -> c.batch() == FULL);
  }

  Stream<Case> dropped() {
    var network =
        NetworkBuilder.of("dropout", Shape.features(50))
            .linear("fc1", 400)
            .dropout("drop", 0.3)
            .linear("fc2", CLASSES)
            .build();
    return cases(List.of(network)).filter(c -> c.batch() == FULL && c.storage() == Storage.DENSE);
  }

  @ParameterizedTest
  @MethodSource("dropped")
  void survivorsOfDropoutAreScaledAndDependOnTheIteration(Case c) {
    var parameters = c.parameters();
    Arrays.fill(parameters.of("fc1.weight").values(), 0);
    Arrays.fill(parameters.of("fc1.bias").values(), 1);
    Arrays.fill(parameters.of("fc2.weight").values(), 1);
    Arrays.fill(parameters.of("fc2.bias").values(), 0);
    try (var executor = c.compile(parameters)) {
      var logits = new float[FULL * CLASSES];
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 4);
      executor.logits(logits);
      var kept = 0.0; // share of survivors
      for (var n = 0; n < FULL; n++) {
        kept += logits[n * CLASSES] * 0.7 / 400 / FULL;
      }
      assertThat(kept).isCloseTo(0.7, within(0.015));
      executor.backward();
      // Where a value survives, so does its gradient, equally scaled: both are Σ over survivors.
      var survivors = parameters.of("fc2.weight").gradients();
      assertThat(survivors).isNotEqualTo(new float[survivors.length]);

      var before = logits.clone();
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 4);
      executor.logits(logits);
      assertThat(logits).isEqualTo(before);
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 5);
      executor.logits(logits);
      assertThat(logits).isNotEqualTo(before);
      executor.forward(c.samples(0), Executor.Mode.INFERENCE, 4);
      executor.logits(logits);
      assertThat((double) logits[0]).isCloseTo(400, within(1e-2));
    }
  }

  private static Batch tail(Batch batch) {
    batch.size(batch.size() - 2);
    return batch;
  }

  private static void assertLogits(
      Case c, Executor executor, ReferenceNetwork reference, Batch batch, boolean training) {
    var logits = new float[batch.size() * CLASSES];
    executor.logits(logits);
    var expected =
        Arrays.stream(reference.logits(batch, training)).flatMapToDouble(Arrays::stream).toArray();
    var tolerance = c.error(reference, batch) * magnitude(expected);
    assertClose(c, "logits", logits, expected, tolerance);
  }

  /** The largest of these numbers. */
  private static double magnitude(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private static void assertClose(
      Case c, String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).isEqualTo(expected.length);
    for (var i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        assertThat((double) actual[i])
            .as("%s at %d, seed %d", what, i, c.seed())
            .isCloseTo(expected[i], within(tolerance));
      }
    }
  }
}
