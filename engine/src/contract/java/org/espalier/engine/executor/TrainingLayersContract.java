package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every engine is held to in layers that do something of their own in training: the running
 * statistics of normalisation, and dropout.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TrainingLayersContract {
  private static final double RATE = 0.3;

  /** Has every logit, and so every value that dropout passes on or not, weigh the same. */
  private static final Loss SQUARED = new Loss.MeanSquaredError();

  private final TestedEngines tested;

  protected TrainingLayersContract(TestedEngines tested) {
    this.tested = tested;
  }

  Stream<EngineCase> normalised() {
    var networks =
        Stream.concat(TestNetworks.all().stream(), LayerNetworks.all().stream())
            .filter(TrainingLayersContract::normalises);
    return tested.cases(networks.toList());
  }

  private static boolean normalises(Network network) {
    return network.nodes().stream().anyMatch(node -> node.layer() instanceof Layer.BatchNorm);
  }

  @ParameterizedTest
  @MethodSource("normalised")
  void runningStatisticsFollowTheBatchesOfTrainingAlone(EngineCase c) {
    var parameters = c.parameters();
    var dense = TestNetworks.dense(parameters);
    var reference = new ReferenceNetwork(c.network(), dense, EngineCase.LOSS);
    try (var executor = c.compile(parameters)) {
      for (var batch : c.batches()) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.forward(batch, Executor.Mode.INFERENCE, 0);
        reference.followStatistics(batch);
        for (var parameter : statistics(parameters)) {
          var expected = ReferenceNetwork.of(dense, parameter.name());
          var error = c.error(reference, batch);
          c.assertStored(parameter, parameter.name(), parameter.values(), expected, error);
        }
      }
    }
  }

  private static List<Parameter> statistics(Parameters parameters) {
    var statistics = new ArrayList<Parameter>();
    for (var parameter : parameters) {
      if (!parameter.spec().trained()) {
        statistics.add(parameter);
      }
    }
    return statistics;
  }

  Stream<EngineCase> normalisedFeatures() {
    return normalised()
        .filter(c -> c.network().name().equals("normalised"))
        .filter(EngineCase::full);
  }

  /** One sample of one value per channel: its variance is zero, and so the unbiased one here. */
  @ParameterizedTest
  @MethodSource("normalisedFeatures")
  void runningVarianceOfASingleValueStaysFinite(EngineCase c) {
    var parameters = c.parameters();
    var dense = TestNetworks.dense(parameters);
    var batch = c.samples(0);
    batch.size(1);
    try (var executor = c.compile(parameters)) {
      executor.forward(batch, Executor.Mode.TRAINING, 0);
      executor.backward();
      assertThat(executor.loss()).isFinite();
    }
    new ReferenceNetwork(c.network(), dense, EngineCase.LOSS).followStatistics(batch);
    for (var parameter : statistics(parameters)) {
      var expected = ReferenceNetwork.of(dense, parameter.name());
      c.assertClose(parameter.name(), parameter.values(), expected, 1e-5);
    }
  }

  Stream<EngineCase> dropped() {
    return dense(LayerNetworks.dropouts(RATE));
  }

  private Stream<EngineCase> dense(List<Network> networks) {
    return tested.cases(networks).filter(c -> c.storage() == Storage.DENSE);
  }

  /** The mask, which is the engine's own affair, is read off the logits. */
  @ParameterizedTest
  @MethodSource("dropped")
  void dropoutMultipliesValuesAndGradientsByTheSameMask(EngineCase c) {
    var parameters = c.parameters();
    identify(parameters.of("after.weight"));
    var undropped = new ReferenceNetwork(c.network(), TestNetworks.dense(parameters), SQUARED);
    try (var executor = c.compile(parameters, SQUARED, true)) {
      var iteration = 3;
      for (var batch : c.batches()) {
        executor.forward(batch, Executor.Mode.TRAINING, iteration++);
        var reference = undropped.dropping("drop", factors(c, executor, undropped, batch));
        c.assertLogits(executor, reference, batch, true);
        executor.backward();
        c.assertGradients(parameters, reference, batch);
      }
    }
  }

  private static void identify(Parameter weight) {
    Arrays.fill(weight.values(), 0);
    for (var row = 0; row < weight.spec().rows(); row++) {
      weight.values()[row * weight.spec().columns() + row] = 1;
    }
  }

  /**
   * What dropout has multiplied by, 0 or 1/(1 − rate), {@code [sample][feature]}: where a logit
   * lies between those without the feature and with all of it.
   */
  private static double[][] factors(
      EngineCase c, Executor executor, ReferenceNetwork undropped, Batch batch) {
    var features = c.classes();
    var logits = new float[batch.size() * features];
    executor.logits(logits);
    var factors = new double[batch.size()][features];
    var none = undropped.dropping("drop", factors).logits(batch, true);
    var all = undropped.logits(batch, true);
    var kept = 0;
    for (var n = 0; n < batch.size(); n++) {
      for (var i = 0; i < features; i++) {
        var factor = (logits[n * features + i] - none[n][i]) / (all[n][i] - none[n][i]);
        if (factor > 0.5) {
          factors[n][i] = 1 / (1 - RATE);
          kept++;
        }
      }
    }
    var draws = batch.size() * features;
    var deviation = Math.sqrt(RATE * (1 - RATE) / draws);
    assertThat((double) kept / draws).isCloseTo(1 - RATE, within(5 * deviation));
    return factors;
  }

  Stream<EngineCase> counted() {
    var network =
        NetworkBuilder.of("dropout", Shape.features(50))
            .linear("fc1", 400)
            .dropout("drop", RATE)
            .linear("fc2", 3)
            .build();
    return dense(List.of(network)).filter(EngineCase::full);
  }

  @ParameterizedTest
  @MethodSource("counted")
  void survivorsOfDropoutDependOnTheIteration(EngineCase c) {
    var parameters = c.parameters();
    Arrays.fill(parameters.of("fc1.weight").values(), 0);
    Arrays.fill(parameters.of("fc1.bias").values(), 1);
    Arrays.fill(parameters.of("fc2.weight").values(), 1);
    Arrays.fill(parameters.of("fc2.bias").values(), 0);
    try (var executor = c.compile(parameters)) {
      var logits = new float[c.batch() * c.classes()];
      executor.forward(c.samples(0), Executor.Mode.TRAINING, 4);
      executor.logits(logits);
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
}
