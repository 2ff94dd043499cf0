package org.espalier.fuzz;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.Model;

/** A network of few weights with most kinds of layers and all three storages. */
final class SmallModel {
  static final Network NETWORK =
      NetworkBuilder.of("small", new Shape(2, 4, 4))
          .conv("conv1", 3, 3, 1)
          .batchNorm("bn1")
          .relu("relu1")
          .node("sub", new Layer.AvgPool2d(1, 2, 0), "input")
          .node("conv2", new Layer.Conv2d(4, 1, 2, 0, 1, true), "relu1")
          .node("pad", new Layer.PadChannels(1, 1), "sub")
          .add("add", "conv2", "pad")
          .maxPool("max", 2)
          .globalAvgPool("pool")
          .flatten("flatten")
          .linear("fc", 4)
          .build();

  static final Model MODEL = new Model(NETWORK, parameters(), Map.of("recipe", "seed: 1"));

  private SmallModel() {}

  private static Parameters parameters() {
    var parameters =
        new Parameters(
            NETWORK,
            spec ->
                switch (spec.name()) {
                  case "conv1.weight" -> Parameter.sparse(spec, everyThird(spec));
                  case "conv2.weight" -> Parameter.masked(spec, everyThird(spec));
                  default -> Parameter.dense(spec);
                });
    Initialiser.STANDARD.initialise(parameters, new Randoms(1));
    return parameters;
  }

  private static Topology everyThird(ParameterSpec spec) {
    var positions = LongStream.range(0, spec.size()).filter(it -> it % 3 == 1).toArray();
    return Topology.of(spec.rows(), spec.columns(), positions);
  }

  /** Fails unless two models have the same network and, bit for bit, the same weights. */
  static void requireSame(Model model, Model again) {
    if (!model.network().equals(again.network())) {
      throw new AssertionError("another network than was written");
    }
    for (var parameter : model.parameters()) {
      var other = again.parameters().of(parameter.name());
      if (parameter.storage() != other.storage()
          || !Arrays.equals(bits(parameter.toDense()), bits(other.toDense()))) {
        throw new AssertionError("tensor " + parameter.name() + " differs from what was written");
      }
    }
  }

  private static int[] bits(float[] values) {
    var bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
