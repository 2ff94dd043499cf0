package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers whose weights come in blocks, which kernels take two rows at a time, beside the same
 * network with a weight of value zero more per layer, which breaks the pairs and changes no result.
 */
class BlockTopologyTest {
  private static final int CLASSES = 4;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);

  /** Blocks of {@code outputs} by {@code inputs} weights. */
  record Case(int outputs, int inputs, Network network, Kernels kernels, int batch) {
    @Override
    public String toString() {
      return outputs + "x" + inputs + ", " + network.name() + ", " + kernels.name() + ", " + batch;
    }

    long seed() {
      return 31L * network.name().hashCode() + 7L * outputs + inputs;
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var network : List.of(linear(), images(), strided())) {
      for (var kernels : KernelChoice.available()) {
        for (var batch : new int[] {5, 37}) {
          cases.add(new Case(2, 1, network, kernels, batch));
          cases.add(new Case(1, 2, network, kernels, batch));
          cases.add(new Case(2, 2, network, kernels, batch));
        }
      }
    }
    return cases.stream();
  }

  private static Network linear() {
    return NetworkBuilder.of("linear", Shape.features(700))
        .linear("fc1", 34)
        .relu("relu1")
        .linear("fc2", 18)
        .linear("fc3", CLASSES)
        .build();
  }

  private static Network images() {
    return NetworkBuilder.of("images", new Shape(3, 7, 11))
        .node("conv1", new Layer.Conv2d(14, 3, 1, 1, 1, true))
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(6, 3, 1, 0, 1, false))
        .flatten("flatten")
        .linear("fc", CLASSES)
        .build();
  }

  private static Network strided() {
    return NetworkBuilder.of("strided", new Shape(4, 9, 6))
        .node("conv1", new Layer.Conv2d(8, 3, 2, 1, 1, true))
        .batchNorm("bn1")
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(6, 5, 2, 2, 1, true))
        .node("conv3", new Layer.Conv2d(4, 2, 1, 0, 1, true))
        .globalAvgPool("pool")
        .linear("fc", CLASSES)
        .build();
  }

  private static Parameters parameters(Case c, double density) {
    var parameters =
        new Parameters(
            c.network(),
            spec ->
                spec.prunable()
                    ? Parameter.sparse(spec, blocks(c, spec, density))
                    : Parameter.dense(spec));
    for (var parameter : parameters) {
      var stream = new Randoms(c.seed()).stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = TestNetworks.value(parameter.spec(), stream);
      }
    }
    return parameters;
  }

  /** At least one block, and the first place empty. */
  private static Topology blocks(Case c, ParameterSpec spec, double density) {
    var stream = new Randoms(c.seed()).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var outputs = spec.outputs() % c.outputs() == 0 ? c.outputs() : 1;
    var inputs = spec.inputs() % c.inputs() == 0 ? c.inputs() : 1;
    var taps = spec.kernelHeight() * spec.kernelWidth();
    var active = new boolean[spec.outputs() / outputs][spec.inputs() / inputs][taps];
    for (var row : active) {
      for (var channel : row) {
        for (var tap = 0; tap < taps; tap++) {
          channel[tap] = stream.nextDouble() < density;
        }
      }
    }
    active[0][0][0] = false;
    active[0][active[0].length - 1][taps - 1] = true;
    var positions =
        LongStream.range(0, spec.size())
            .filter(
                position -> {
                  var row = (int) (position / spec.columns());
                  var column = (int) (position % spec.columns());
                  return active[row / outputs][column / taps / inputs][column % taps];
                });
    return Topology.of(spec.rows(), spec.columns(), positions.toArray());
  }

  /** The same with the weight (0, 0) added at value zero. */
  private static Parameters unpaired(Case c, Parameters paired) {
    var parameters =
        new Parameters(
            c.network(),
            spec -> {
              if (!spec.prunable()) {
                return Parameter.dense(spec);
              }
              var positions = paired.of(spec.name()).topology().positions();
              var more = new long[positions.length + 1];
              System.arraycopy(positions, 0, more, 1, positions.length);
              return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), more));
            });
    for (var parameter : parameters) {
      var values = paired.of(parameter.name()).values();
      var at = parameter.stored() - values.length;
      System.arraycopy(values, 0, parameter.values(), at, values.length);
    }
    return parameters;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pairsChangeNoBitOfProductsAndHardlyTheGradients(Case c) {
    var paired = parameters(c, 0.4);
    var unpaired = unpaired(c, paired);
    var batch = TestNetworks.batch(c.network(), c.batch(), CLASSES, c.seed());
    var logits = new float[c.batch() * CLASSES];
    var expected = new float[c.batch() * CLASSES];
    var options = new Engine.Options(c.batch(), 2, 1, true);
    try (var pairs = new CpuEngine(c.kernels()).compile(c.network(), paired, LOSS, options);
        var rows = new CpuEngine(c.kernels()).compile(c.network(), unpaired, LOSS, options)) {
      pairs.forward(batch, Executor.Mode.TRAINING, 0);
      rows.forward(batch, Executor.Mode.TRAINING, 0);
      pairs.logits(logits);
      rows.logits(expected);
      assertThat(logits).as("logits, seed %d", c.seed()).isEqualTo(expected);
      pairs.backward();
      rows.backward();
    }
    for (var parameter : paired) {
      var gradients = parameter.gradients();
      var others = unpaired.of(parameter.name()).gradients();
      if (!parameter.spec().prunable()) {
        // Those of biases and normalisations follow from the gradients of activations alone.
        assertThat(gradients).as("%s, seed %d", parameter.name(), c.seed()).isEqualTo(others);
        continue;
      }
      for (var i = 0; i < gradients.length; i++) {
        assertThat(gradients[i])
            .as("%s at %d, seed %d", parameter.name(), i, c.seed())
            .isCloseTo(others[i + 1], within(1e-5f + 1e-5f * Math.abs(others[i + 1])));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsDoNotChangeABit(Case c) {
    var one = parameters(c, 0.4);
    var three = parameters(c, 0.4);
    var batch = TestNetworks.batch(c.network(), c.batch(), CLASSES, c.seed());
    var options = new Engine.Options(c.batch(), 1, 1, true);
    var several = new Engine.Options(c.batch(), 3, 1, true);
    try (var single = new CpuEngine(c.kernels()).compile(c.network(), one, LOSS, options);
        var shared = new CpuEngine(c.kernels()).compile(c.network(), three, LOSS, several)) {
      for (var executor : List.of(single, shared)) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.backward();
      }
    }
    for (var parameter : one) {
      assertThat(three.of(parameter.name()).gradients())
          .as("%s, seed %d", parameter.name(), c.seed())
          .isEqualTo(parameter.gradients());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void blocksPairTheRowsTheyShould(Case c) {
    var geometries = new ArrayList<ProductGeometry>();
    var kernels = c.kernels();
    var x = new Tensor(new Tensor.Geometry(new Shape(6, 5, 7), 1, kernels.lanes(), 1), 0);
    var y = new Tensor(new Tensor.Geometry(new Shape(8, 5, 7), 1, kernels.lanes(), 1), 0);
    var half = new Tensor(new Tensor.Geometry(new Shape(8, 3, 4), 1, kernels.lanes(), 1), 0);
    var role = ParameterSpec.Role.WEIGHT;
    var spec = new ParameterSpec("conv.weight", role, 8, 6, 3, 3, 1);
    geometries.add(new ProductGeometry(spec, 3, 1, 1, x, y));
    geometries.add(new ProductGeometry(spec, 3, 2, 1, x, half));
    for (var geometry : geometries) {
      var structure = new SparseStructure(geometry, blocks(c, spec, 0.3), true);
      assertThat(structure.matrix(kernels).together()).isEqualTo(c.outputs());
      assertThat(structure.mirror(kernels).together()).isEqualTo(c.inputs());
    }
  }

  @Test
  void pairsDoNotCrossParities() {
    var kernels = Kernels.best();
    // One channel: the mirrored rows 0 and 1 are parities of it, which write to different pixels.
    var x = new Tensor(new Tensor.Geometry(new Shape(1, 4, 4), 0, kernels.lanes(), 1), 0);
    var y = new Tensor(new Tensor.Geometry(new Shape(2, 2, 2), 0, kernels.lanes(), 1), 0);
    var spec = new ParameterSpec("conv.weight", ParameterSpec.Role.WEIGHT, 2, 1, 1, 1, 1);
    var geometry = new ProductGeometry(spec, 1, 2, 0, x, y);
    var structure = new SparseStructure(geometry, Topology.of(2, 1, new long[0]), true);
    assertThat(structure.mirror(kernels).together()).isEqualTo(1);
  }

  @Test
  void slicesDoNotSplitPairs() {
    var x = new Tensor(new Tensor.Geometry(Shape.features(5), 0, 16, 1), 0);
    var y = new Tensor(new Tensor.Geometry(Shape.features(8), 0, 16, 1), 0);
    var spec = new ParameterSpec("fc.weight", ParameterSpec.Role.WEIGHT, 8, 5, 1, 1, 1);
    var structure =
        new SparseStructure(new ProductGeometry(spec, 1, 1, 0, x, y), Topology.full(8, 5), false);
    assertThat(structure.matrix(Kernels.best()).tiled(new Tiling(4, false)).slices(0, 8, 3))
        .containsExactly(0, 4, 6, 8);
  }
}
