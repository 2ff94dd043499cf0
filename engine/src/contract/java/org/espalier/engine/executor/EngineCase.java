package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;

/**
 * A network in one storage on one engine, and how near its numbers have to be to those of {@link
 * ReferenceNetwork}.
 *
 * @param engineName for the name of the test
 */
record EngineCase(
    String engineName, Engine engine, int threads, Network network, Storage storage, int batch) {
  static final Loss LOSS = new Loss.CrossEntropy(0.1);
  static final int FULL = 37; // fills no whole number of vectors
  static final int SMALL = 5;

  /** Errors allowed in units of one rounding, times the root of the longest sum. */
  private static final double ROUNDINGS = 32;

  /**
   * Of the network's largest gradient: errors of that one reach a parameter whose own gradients are
   * smaller than this, such as biases that a normalisation takes away.
   */
  private static final double SMALL_GRADIENT = 0.1;

  @Override
  public String toString() {
    return engineName + ", " + network.name() + ", " + storage + ", batch " + batch;
  }

  boolean full() {
    return batch == FULL;
  }

  private long seed() {
    return 17L * network.name().hashCode() + batch;
  }

  Parameters parameters() {
    return TestNetworks.parameters(network, storage, seed());
  }

  Batch samples(int number) {
    return TestNetworks.batch(network, batch, classes(), seed() + number);
  }

  /** A full batch, and one at the end of an epoch, which leaves whole vectors empty. */
  List<Batch> batches() {
    var tail = samples(1);
    tail.size(Math.max(3, tail.size() / 3));
    return List.of(samples(0), tail);
  }

  int classes() {
    return network.classes();
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

  void assertLogits(Executor executor, ReferenceNetwork reference, Batch batch, boolean training) {
    var logits = new float[batch.size() * classes()];
    executor.logits(logits);
    var expected =
        Arrays.stream(reference.logits(batch, training)).flatMapToDouble(Arrays::stream).toArray();
    var tolerance = error(reference, batch) * magnitude(expected);
    assertClose("logits", logits, expected, tolerance);
  }

  void assertGradients(Parameters parameters, ReferenceNetwork reference, Batch batch) {
    var expected = reference.gradients(batch);
    var error = error(reference, batch);
    var least = SMALL_GRADIENT * largest(expected);
    for (var parameter : parameters.trained()) {
      var ofAll = ReferenceNetwork.of(expected, parameter.name());
      var gradients = stored(parameter, ofAll);
      var tolerance = error * Math.max(least, magnitude(ofAll));
      assertClose(parameter.name(), parameter.gradients(), gradients, tolerance);
    }
  }

  /**
   * @param expected of all weights, whether the parameter keeps them or not
   */
  void assertStored(
      Parameter parameter, String what, float[] actual, double[] expected, double error) {
    var tolerance = error * Math.max(0.1, magnitude(expected));
    assertClose(what, actual, stored(parameter, expected), tolerance);
  }

  /** Those of all weights that a parameter keeps, in its order. */
  private static double[] stored(Parameter parameter, double[] all) {
    return parameter.storage() == Storage.SPARSE
        ? Arrays.stream(parameter.topology().positions()).mapToDouble(p -> all[(int) p]).toArray()
        : all;
  }

  static double largest(Map<String, double[]> gradients) {
    return gradients.values().stream().mapToDouble(EngineCase::magnitude).max().orElse(0);
  }

  /** The largest of these numbers. */
  private static double magnitude(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  void assertClose(String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).isEqualTo(expected.length);
    for (var i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        assertThat((double) actual[i])
            .as("%s at %d, seed %d", what, i, seed())
            .isCloseTo(expected[i], within(tolerance));
      }
    }
  }
}
