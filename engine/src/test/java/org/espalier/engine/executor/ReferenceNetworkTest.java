package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who checks the oracle: finite differences of its own loss. */
class ReferenceNetworkTest {
  private static final double STEP = 1e-6;

  static Stream<Network> networks() {
    return Stream.of(TestNetworks.all(), LayerNetworks.all(), LayerNetworks.dropouts(0.3))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreThoseOfFiniteDifferences(Network network) {
    for (var loss : List.of(new Loss.CrossEntropy(0.1), new Loss.MeanSquaredError())) {
      var seed = network.name().hashCode();
      var parameters = TestNetworks.parameters(network, Storage.SPARSE, seed);
      var dense = TestNetworks.dense(parameters);
      var batch = TestNetworks.batch(network, 5, 3, seed);
      var reference = dropping(new ReferenceNetwork(network, dense, loss), network, seed);
      var gradients = reference.gradients(batch);
      var pick = new Randoms(seed).stream(Purpose.ORDER, 0, 0);
      for (var parameter : parameters.trained()) {
        var values = ReferenceNetwork.of(dense, parameter.name());
        for (var i = 0; i < 4; i++) {
          var position = pick.nextInt(values.length);
          var expected = difference(reference, values, position, batch);
          assertThat(ReferenceNetwork.of(gradients, parameter.name())[position])
              .as("%s at %d, seed %d", parameter.name(), position, seed)
              .isCloseTo(expected, within(1e-7 + 1e-5 * Math.abs(expected)));
        }
      }
    }
  }

  /** With random factors at "drop", should there be such a node. */
  private static ReferenceNetwork dropping(ReferenceNetwork reference, Network network, long seed) {
    var features = network.classes();
    var stream = new Randoms(seed).stream(Purpose.DROPOUT, 0, 0);
    var factors = new double[5][features];
    for (var sample : factors) {
      Arrays.setAll(sample, _ -> stream.nextGaussian());
    }
    return reference.dropping("drop", factors);
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
}
