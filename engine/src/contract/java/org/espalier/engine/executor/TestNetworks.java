package org.espalier.engine.executor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;

/** Small networks with odd sizes that between them use every layer and every fusion. */
final class TestNetworks {
  private TestNetworks() {}

  static List<Network> all() {
    return List.of(
        mlp(),
        images(),
        strided(),
        residual(),
        shortcuts(),
        normalisedSums(),
        grouped(),
        pooled(),
        onePixel(),
        normalisedFeatures(),
        wide());
  }

  private static NetworkBuilder of(String name, int channels, int height, int width) {
    return NetworkBuilder.of(name, new Shape(channels, height, width));
  }

  static Network mlp() {
    return of("mlp", 1, 3, 5)
        .flatten("flatten")
        .linear("fc1", 13)
        .relu("relu1")
        .linear("fc2", 7)
        .relu("relu2")
        .linear("fc3", 3)
        .build();
  }

  private static Network images() {
    return of("images", 2, 7, 11)
        .node("conv1", new Layer.Conv2d(5, 3, 1, 1, 1, true))
        .relu("relu1")
        .maxPool("pool1", 2)
        .node("conv2", new Layer.Conv2d(6, 3, 1, 0, 1, false))
        .flatten("flatten")
        .linear("fc", 3)
        .build();
  }

  private static Network strided() {
    return of("strided", 3, 9, 6)
        .node("conv1", new Layer.Conv2d(4, 3, 2, 1, 1, false))
        .batchNorm("bn1")
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(5, 5, 2, 2, 1, true))
        .node("conv3", new Layer.Conv2d(4, 2, 1, 0, 1, true))
        .globalAvgPool("pool")
        .linear("fc", 3)
        .build();
  }

  private static Network residual() {
    return of("residual", 2, 6, 6)
        .conv("conv1", 4, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .conv("conv2", 4, 3, 1)
        .batchNorm("bn2")
        .add("add1", "bn2", "relu1")
        .relu("relu2")
        .conv("conv3", 6, 3, 2)
        .batchNorm("bn3")
        .conv("shortcut", 6, 1, 2, "relu2")
        .add("add2", "bn3", "shortcut")
        .relu("relu3")
        .globalAvgPool("pool")
        .linear("fc", 3)
        .build();
  }

  /** Sums of two normalisations, of one and its own input, and of three with one of them twice. */
  private static Network shortcuts() {
    return of("shortcuts", 2, 6, 6)
        .conv("conv1", 4, 3, 1)
        .batchNorm("bn1")
        .conv("conv2", 5, 3, 2)
        .batchNorm("bn2")
        .conv("shortcut", 5, 1, 2, "bn1")
        .batchNorm("bn3")
        .add("add1", "bn2", "bn3")
        .relu("relu1")
        .batchNorm("bn4")
        .add("add2", "relu1", "bn4")
        .conv("conv3", 5, 3, 1)
        .batchNorm("bn5")
        .dropout("same", 0)
        .add("add3", "bn5", "add2", "same")
        .relu("relu2")
        .globalAvgPool("pool")
        .linear("fc", 3)
        .build();
  }

  /** The same on features, where a normalisation is read by a sum and by a product. */
  private static Network normalisedSums() {
    return of("normalised sums", 1, 2, 4)
        .flatten("flatten")
        .linear("fc1", 9)
        .batchNorm("bn1")
        .linear("fc2", 9)
        .batchNorm("bn2")
        .add("add1", "bn1", "bn2")
        .relu("relu1")
        .linear("fc3", 9)
        .add("add2", "relu1", "fc3")
        .linear("fc4", 3)
        .build();
  }

  private static Network grouped() {
    return of("grouped", 4, 5, 5)
        .node("expand", new Layer.Conv2d(6, 1, 1, 0, 1, false))
        .relu("relu0")
        .node("depthwise", new Layer.Conv2d(6, 3, 2, 1, 6, false))
        .batchNorm("bn1")
        .relu("relu1")
        .node("grouped", new Layer.Conv2d(12, 3, 1, 1, 2, true))
        .relu("relu2")
        .flatten("flatten")
        .linear("fc", 3)
        .build();
  }

  private static Network pooled() {
    return of("pooled", 2, 8, 8)
        .conv("conv1", 3, 3, 1)
        .node("pool1", new Layer.MaxPool2d(3, 2, 1))
        .conv("conv2", 4, 3, 1)
        .node("pool2", new Layer.AvgPool2d(3, 2, 1))
        .relu("relu")
        .flatten("flatten")
        .linear("fc", 3)
        .build();
  }

  /** A 3×3 convolution on 1×1 images keeps its tensors spatial although they look like features. */
  private static Network onePixel() {
    return of("one-pixel", 3, 2, 2)
        .maxPool("pool", 2)
        .conv("conv1", 5, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .conv("conv2", 4, 3, 1)
        .flatten("flatten")
        .linear("fc", 3)
        .build();
  }

  private static Network normalisedFeatures() {
    return of("normalised", 1, 2, 4)
        .flatten("flatten")
        .linear("fc1", 9)
        .batchNorm("bn1")
        .relu("relu1")
        .linear("fc2", 3)
        .build();
  }

  /** Wide enough for products to be cut into panels of columns. */
  private static Network wide() {
    return of("wide", 30, 5, 9)
        .node("conv1", new Layer.Conv2d(26, 3, 1, 1, 1, true))
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(5, 3, 2, 1, 1, false))
        .flatten("flatten")
        .linear("fc1", 700)
        .relu("relu2")
        .linear("fc2", 11)
        .linear("fc3", 3)
        .build();
  }

  /** Parameters with random values; prunable ones in the given storage, at density one half. */
  static Parameters parameters(Network network, Storage storage, long seed) {
    var parameters =
        new Parameters(
            network,
            spec ->
                switch (spec.prunable() ? storage : Storage.DENSE) {
                  case DENSE -> Parameter.dense(spec);
                  case SPARSE -> Parameter.sparse(spec, half(spec, seed));
                  case MASKED -> Parameter.masked(spec, half(spec, seed));
                });
    for (var parameter : parameters) {
      var stream = new Randoms(seed).stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = value(parameter.spec(), stream);
      }
    }
    return parameters;
  }

  static float value(ParameterSpec spec, RandomStream stream) {
    var value = (float) (0.5 * stream.nextGaussian());
    return switch (spec.role()) {
      case WEIGHT -> (float) (value * Math.sqrt(8.0 / spec.fanIn()));
      case NORM_SCALE -> 1 + 0.3f * value;
      case RUNNING_VARIANCE -> 1 + Math.abs(value);
      default -> value;
    };
  }

  private static Topology half(ParameterSpec spec, long seed) {
    var stream = new Randoms(seed).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = new TreeSet<Long>();
    while (positions.size() < (spec.size() + 1) / 2) {
      positions.add(stream.nextLong(spec.size()));
    }
    return Topology.of(
        spec.rows(), spec.columns(), positions.stream().mapToLong(Long::longValue).toArray());
  }

  /** Effective weights by name, absent ones zero. */
  static Map<String, double[]> dense(Parameters parameters) {
    var dense = new HashMap<String, double[]>();
    for (var parameter : parameters) {
      var values = new double[Math.toIntExact(parameter.spec().size())];
      for (var i = 0; i < values.length; i++) {
        var stored = stored(parameter, i);
        var active = parameter.storage() == Storage.DENSE || parameter.topology().active(i);
        values[i] = active ? parameter.values()[stored] : 0;
      }
      dense.put(parameter.name(), values);
    }
    return dense;
  }

  /** Index of a position in the arrays of a parameter, negative if it is not stored. */
  static int stored(Parameter parameter, int position) {
    if (parameter.storage() != Storage.SPARSE) {
      return position;
    }
    var columns = parameter.spec().columns();
    return parameter.topology().indexOf(position / columns, position % columns);
  }

  static Batch batch(Network network, int size, int classes, long seed) {
    var stream = new Randoms(seed).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(size, network.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var n = 0; n < size; n++) {
      batch.labels()[n] = stream.nextInt(classes);
    }
    return batch;
  }
}
