package org.espalier.formats;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/** Small networks with weights in all three storages. */
public final class Models {
  private Models() {}

  /** Convolutions (one of them 1×1), batch normalisation and a linear layer. */
  public static Network network() {
    return NetworkBuilder.of("small", new Shape(2, 4, 4))
        .conv("conv1", 3, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(5, 1, 1, 0, 1, true))
        .globalAvgPool("pool")
        .flatten("flatten")
        .linear("fc", 4)
        .build();
  }

  /** conv1 sparse, conv2 masked, the rest dense; all values random. */
  public static Parameters parameters(Network network) {
    return filled(
        new Parameters(
            network,
            spec ->
                switch (spec.name()) {
                  case "conv1.weight" -> Parameter.sparse(spec, everyThird(spec.rows(), 18));
                  case "conv2.weight" -> Parameter.masked(spec, everyThird(spec.rows(), 3));
                  default -> Parameter.dense(spec);
                }));
  }

  static Topology everyThird(int rows, int columns) {
    var positions = LongStream.range(0, (long) rows * columns).filter(p -> p % 3 == 1);
    return Topology.of(rows, columns, positions.toArray());
  }

  static Parameters filled(Parameters parameters) {
    var random = new Randoms(7).stream(Purpose.INITIALISATION, 0, 0);
    for (var parameter : parameters) {
      var values = parameter.values();
      for (var i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }
    return parameters;
  }

  /** Weights row-major with zeros where none is active. */
  static float[] dense(Parameter parameter) {
    var spec = parameter.spec();
    return switch (parameter.storage()) {
      case DENSE -> parameter.values();
      case SPARSE, MASKED -> {
        var dense = new float[(int) spec.size()];
        var sparse = parameter.stored() == parameter.nonZeros();
        for (var row = 0; row < spec.rows(); row++) {
          for (var column = 0; column < spec.columns(); column++) {
            var index = parameter.topology().indexOf(row, column);
            var position = row * spec.columns() + column;
            if (index >= 0) {
              dense[position] = parameter.values()[sparse ? index : position];
            }
          }
        }
        yield dense;
      }
    };
  }

  static boolean same(Parameter a, Parameter b) {
    return a.spec().equals(b.spec())
        && a.storage() == b.storage()
        && Arrays.equals(a.values(), b.values())
        && (a.storage() == Storage.DENSE || a.topology().equals(b.topology()));
  }
}
