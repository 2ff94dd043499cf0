package org.espalier.bench;

import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;

/** Weights and batches to measure with: any do, as long as they are always the same. */
final class RandomModel {
  private RandomModel() {}

  /** Random weights where {@code topologies} have any; all of a parameter that has none there. */
  static Parameters weights(Network network, Map<String, Topology> topologies) {
    var parameters = Parameters.of(network, topologies);
    Initialiser.STANDARD.initialise(parameters, new Randoms(1));
    return parameters;
  }

  /** The same with normalisations as after some training, so that folding has work to do. */
  static Parameters trained(Network network, Map<String, Topology> topologies) {
    var parameters = weights(network, topologies);
    parameters.forEach(RandomModel::perturb);
    return parameters;
  }

  private static void perturb(Parameter parameter) {
    var values = parameter.values();
    var stream = new Randoms(3).stream(Purpose.INITIALISATION, parameter.name(), 0);
    for (var i = 0; i < values.length; i++) {
      switch (parameter.spec().role()) {
        case RUNNING_VARIANCE, NORM_SCALE -> values[i] = (float) (0.75 + 0.5 * stream.nextDouble());
        case RUNNING_MEAN, NORM_SHIFT -> values[i] = (float) (0.1 * stream.nextGaussian());
        case WEIGHT, BIAS -> {}
      }
    }
  }

  /** Normal features and uniform labels. */
  static Batch batch(Network network, int size) {
    var stream = new Randoms(2).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(size, network.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var i = 0; i < size; i++) {
      batch.labels()[i] = stream.nextInt(network.output().channels());
    }
    return batch;
  }
}
