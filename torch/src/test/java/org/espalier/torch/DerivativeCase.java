package org.espalier.torch;

import java.util.List;
import java.util.TreeSet;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;

/**
 * A small network with random parameters, prunable ones half full, and a batch; between them the
 * networks have every layer.
 */
record DerivativeCase(Network network, Storage storage) {
  private static final int SAMPLES = 6;
  private static final int CLASSES = 4;

  static List<DerivativeCase> all() {
    return List.of(features(), images(), residual()).stream()
        .flatMap(
            network ->
                List.of(Storage.values()).stream()
                    .map(storage -> new DerivativeCase(network, storage)))
        .toList();
  }

  private static Network features() {
    return NetworkBuilder.of("features", new Shape(1, 3, 5))
        .flatten("flatten")
        .linear("fc1", 11)
        .batchNorm("bn1")
        .relu("relu1")
        .dropout("dropout", 0.25)
        .linear("fc2", CLASSES)
        .build();
  }

  private static Network images() {
    return NetworkBuilder.of("images", new Shape(3, 11, 9))
        .node("conv1", new Layer.Conv2d(6, 3, 2, 1, 1, true))
        .batchNorm("bn1")
        .node("max", new Layer.MaxPool2d(2, 2, 0))
        .relu("relu1")
        // Where border pixels meet absent weights alone, this bias keeps them off the ReLU's kink.
        .node("depthwise", new Layer.Conv2d(6, 3, 1, 1, 6, true))
        .relu("relu2")
        .node("grouped", new Layer.Conv2d(8, 2, 1, 1, 2, true))
        .node("mean", new Layer.AvgPool2d(3, 2, 1))
        .flatten("flatten")
        .linear("fc", CLASSES)
        .build();
  }

  private static Network residual() {
    return NetworkBuilder.of("residual", new Shape(2, 6, 6))
        .conv("conv1", 4, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .conv("conv2", 5, 3, 2)
        .batchNorm("bn2")
        .conv("shortcut", 5, 1, 2, "relu1")
        .add("add", "bn2", "shortcut")
        .relu("relu2")
        .globalAvgPool("pool")
        .linear("fc", CLASSES)
        .build();
  }

  Parameters parameters(long seed) {
    var randoms = new Randoms(seed);
    var parameters = new Parameters(network, spec -> parameter(spec, randoms));
    for (var parameter : parameters) {
      var stream = randoms.stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        var value = (float) stream.nextGaussian();
        parameter.values()[i] =
            switch (parameter.spec().role()) {
              case WEIGHT -> value * (float) Math.sqrt(2.0 / parameter.spec().fanIn());
              case NORM_SCALE -> 1 + 0.2f * value;
              case RUNNING_VARIANCE -> 0.5f + Math.abs(value);
              default -> 0.3f * value;
            };
      }
    }
    return parameters;
  }

  private Parameter parameter(ParameterSpec spec, Randoms randoms) {
    if (!spec.prunable() || storage == Storage.DENSE) {
      return Parameter.dense(spec);
    }
    var stream = randoms.stream(Purpose.TOPOLOGY, spec.name(), 0);
    var active = new TreeSet<Long>();
    while (2L * active.size() < spec.size()) {
      active.add(stream.nextLong(spec.size()));
    }
    var positions = active.stream().mapToLong(Long::longValue).toArray();
    var topology = Topology.of(spec.rows(), spec.columns(), positions);
    return storage == Storage.SPARSE
        ? Parameter.sparse(spec, topology)
        : Parameter.masked(spec, topology);
  }

  Batch batch(long seed) {
    var stream = new Randoms(seed).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(SAMPLES, network.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var n = 0; n < SAMPLES; n++) {
      batch.labels()[n] = stream.nextInt(CLASSES);
    }
    return batch;
  }

  /** A vector of the same parameters with random numbers. */
  static ParameterVector random(ParameterVector like, long seed) {
    var zero = like.plus(-1, like);
    for (var part : zero.parts().entrySet()) {
      var stream = new Randoms(seed).stream(Purpose.DATA, part.getKey(), 0);
      for (var i = 0; i < part.getValue().length; i++) {
        part.getValue()[i] = stream.nextGaussian();
      }
    }
    return zero;
  }

  @Override
  public String toString() {
    return network.name() + ", " + storage;
  }
}
