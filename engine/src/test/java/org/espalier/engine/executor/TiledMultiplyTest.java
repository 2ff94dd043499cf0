package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers whose tilings take turns, by a clock that goes on at each look. */
class TiledMultiplyTest {
  private static final int CLASSES = 4;
  private static final int STEPS = 150; // enough for the contests of all layers
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);

  @TempDir private Path folder;
  private final List<TilingChoice> choices = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private long now;

  record Case(Network network, int block, Kernels kernels, int batch, int threads) {
    @Override
    public String toString() {
      return "%s, blocks of %d, %s, batch %d, %d threads"
          .formatted(network.name(), block, kernels.name(), batch, threads);
    }

    long seed() {
      return 31L * network.name().hashCode() + 7L * block + batch;
    }

    Engine.Options options() {
      return new Engine.Options(batch, threads, 1, true);
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var network : List.of(linear(), images(), strided())) {
      for (var kernels : KernelChoice.available()) {
        cases.add(new Case(network, 1, kernels, 37, 1));
        cases.add(new Case(network, 2, kernels, 21, 2));
      }
    }
    return cases.stream();
  }

  private static Network linear() {
    return NetworkBuilder.of("linear", Shape.features(700))
        .linear("fc1", 200)
        .relu("relu1")
        .linear("fc2", 120)
        .linear("fc3", CLASSES)
        .build();
  }

  private static Network images() {
    return NetworkBuilder.of("images", new Shape(3, 7, 11))
        .node("conv1", new Layer.Conv2d(32, 3, 1, 1, 1, true))
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(34, 3, 1, 1, 1, false))
        .batchNorm("bn2")
        .globalAvgPool("pool")
        .linear("fc", CLASSES)
        .build();
  }

  /** A sum after the first layer, so that the second adds to a gradient which is there already. */
  private static Network strided() {
    return NetworkBuilder.of("strided", new Shape(3, 12, 10))
        .node("conv1", new Layer.Conv2d(32, 3, 1, 1, 1, true))
        .node("conv2", new Layer.Conv2d(32, 3, 1, 1, 1, true))
        .add("add", "conv2", "conv1")
        .node("conv3", new Layer.Conv2d(36, 3, 2, 1, 1, true))
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
                    ? Parameter.sparse(spec, topology(c, spec, density))
                    : Parameter.dense(spec));
    for (var parameter : parameters) {
      var stream = new Randoms(c.seed()).stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = TestNetworks.value(parameter.spec(), stream);
      }
    }
    return parameters;
  }

  /** Blocks of outputs and inputs, as many as fit. */
  private static Topology topology(Case c, ParameterSpec spec, double density) {
    var stream = new Randoms(c.seed()).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var taps = spec.kernelHeight() * spec.kernelWidth();
    var active = new HashSet<List<Long>>();
    for (var row = 0L; row < spec.rows(); row += c.block()) {
      for (var column = 0L; column < spec.columns(); column++) {
        if (stream.nextDouble() < density) {
          active.add(List.of(row / c.block(), column / taps / c.block(), column % taps));
        }
      }
    }
    var positions =
        LongStream.range(0, spec.size())
            .filter(
                position -> {
                  var row = position / spec.columns() / c.block();
                  var column = position % spec.columns();
                  return active.contains(List.of(row, column / taps / c.block(), column % taps));
                });
    return Topology.of(spec.rows(), spec.columns(), positions.toArray());
  }

  private Tuning tuning() {
    var cache = TilingCache.in(folder, List.of("machine"), warnings::add);
    return Tuning.of(cache, choices::add, () -> now += 60_000_000);
  }

  private static void step(Executor executor, Case c, long step) {
    // Now and then a batch that is not full, whose time does not count.
    var size = step % 7 == 6 ? c.batch() / 3 : c.batch();
    var batch = TestNetworks.batch(c.network(), size, CLASSES, c.seed() + step % 5);
    executor.forward(batch, Executor.Mode.TRAINING, step);
    executor.backward();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainingEndsWithTheSameBitsWhateverTheTilings(Case c) {
    var tuned = parameters(c, 0.4);
    var plain = parameters(c, 0.4);
    var optimizer = new Sgd(0.9, true, new WeightDecay(1e-4));
    try (var one =
            new CpuEngine(c.kernels())
                .tuned(tuning())
                .compile(c.network(), tuned, LOSS, c.options());
        var other = new CpuEngine(c.kernels()).compile(c.network(), plain, LOSS, c.options())) {
      for (var step = 0; step < STEPS; step++) {
        for (var executor : List.of(one, other)) {
          step(executor, c, step);
          executor.update(optimizer, 1e-3, step);
        }
        assertThat(one.loss())
            .as("loss at step %d, seed %d", step, c.seed())
            .isEqualTo(other.loss());
      }
    }
    for (var parameter : plain) {
      assertThat(tuned.of(parameter.name()).values())
          .as("%s, seed %d", parameter.name(), c.seed())
          .isEqualTo(parameter.values());
      assertThat(tuned.of(parameter.name()).gradients())
          .as("gradient of %s, seed %d", parameter.name(), c.seed())
          .isEqualTo(parameter.gradients());
    }
    // Rows in pairs and narrow vectors leave networks as small as these less to try.
    if (c.block() == 1 && c.kernels().lanes() >= 8) {
      assertThat(tried("forward")).anyMatch(it -> it.endsWith("in panels")).hasSizeGreaterThan(1);
      assertThat(tried("input gradient")).hasSizeGreaterThan(1);
    }
  }

  /** The tilings that a product was tried in, in all layers. */
  private Set<String> tried(String product) {
    var tried = new HashSet<String>();
    for (var choice : choices) {
      assertThat(choice.cached()).isFalse();
      assertThat(choice.millis()).as(choice.toString()).containsKey(choice.tiling());
      if (choice.product().equals(product)) {
        tried.addAll(choice.millis().keySet());
      }
    }
    return tried;
  }

  private static Case usual() {
    return new Case(images(), 1, Kernels.best(), 37, 1);
  }

  /** Steps with a new executor; the layers whose choice was told, and whether it was measured. */
  private List<String> told(Case c, double density, int steps) {
    choices.clear();
    try (var executor =
        new CpuEngine(c.kernels())
            .tuned(tuning())
            .compile(c.network(), parameters(c, density), LOSS, c.options())) {
      for (var step = 0; step < steps; step++) {
        step(executor, c, step);
      }
    }
    return choices.stream()
        .map(
            it ->
                "%s %s %s".formatted(it.layer(), it.product(), it.cached() ? "cached" : "measured"))
        .sorted()
        .toList();
  }

  @Test
  void theNextProcessKnows() {
    var measured = told(usual(), 0.4, STEPS);
    var millis = Map.copyOf(choices.getFirst().millis());

    assertThat(measured).isNotEmpty().allMatch(it -> it.endsWith("measured"));
    assertThat(told(usual(), 0.4, 0))
        .isEqualTo(measured.stream().map(it -> it.replace("measured", "cached")).toList());
    assertThat(choices).anyMatch(it -> it.millis().equals(millis));
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatWasMeasuredForOtherWorkDoesNotCount() {
    told(usual(), 0.4, STEPS);
    var c = usual();
    var narrow = KernelChoice.available().getLast();

    assertThat(told(c, 0.4, 0)).isNotEmpty();
    assertThat(told(c, 0.2, 0)).isEmpty();
    assertThat(told(new Case(c.network(), 2, c.kernels(), 37, 1), 0.4, 0)).isEmpty();
    assertThat(told(new Case(c.network(), 1, c.kernels(), 90, 1), 0.4, 0)).isEmpty();
    assertThat(told(new Case(c.network(), 1, c.kernels(), 37, 2), 0.4, 0)).isEmpty();
    assertThat(told(new Case(linear(), 1, c.kernels(), 37, 1), 0.4, 0)).isEmpty();
    if (narrow.lanes() != c.kernels().lanes()) {
      assertThat(told(new Case(c.network(), 1, narrow, 37, 1), 0.4, 0)).isEmpty();
    }
  }

  @Test
  void theChoiceIsKeptUntilTheDensityIsAnother() {
    var c = usual();
    var parameters = parameters(c, 0.4);
    var weight = parameters.of("conv2.weight");
    try (var executor =
        new CpuEngine(c.kernels())
            .tuned(tuning())
            .compile(c.network(), parameters, LOSS, c.options())) {
      for (var step = 0; step < STEPS; step++) {
        step(executor, c, step);
      }
      choices.clear();
      weight.rewire(new Rewiring(new int[] {0, 1, 2}, new long[0]));
      for (var step = 0; step < STEPS; step++) {
        step(executor, c, step);
      }
      assertThat(choices).isEmpty();

      weight.rewire(new Rewiring(IntStream.range(0, weight.stored() / 2).toArray(), new long[0]));
      for (var step = 0; step < STEPS; step++) {
        step(executor, c, step);
      }
      assertThat(choices).extracting(TilingChoice::layer).containsOnly("conv2").hasSize(2);
    }
  }

  @Test
  void tilingsThatCutAlikeDoNotCompete() {
    var kernels = Kernels.best();
    var rows = parameters(usual(), 0.4).of("conv2.weight").topology();
    var geometry =
        new ProductGeometry(
            new ParameterSpec("conv.weight", ParameterSpec.Role.WEIGHT, 34, 32, 3, 3, 1),
            3,
            1,
            1,
            tensor(32),
            tensor(34));
    var matrix = new SparseStructure(geometry, rows, false).matrix(kernels);
    var eight = new Tiling(8, false);
    var four = new Tiling(4, false);

    assertThat(matrix.tilings(four, Plane.spatial(8, 8), 1, 4))
        .startsWith(four)
        .doesNotContain(eight);
    assertThat(matrix.tilings(eight, Plane.spatial(8, 8), 1, 8)).startsWith(eight).contains(four);
    assertThat(matrix.tilings(eight, Plane.spatial(2, 2), 1, 8))
        .startsWith(eight)
        .doesNotContain(four);
  }

  private static Tensor tensor(int channels) {
    return new Tensor(
        new Tensor.Geometry(new Shape(channels, 8, 8), 1, Kernels.best().lanes(), 1), 0);
  }

  @Test
  void withoutTuningNobodyLooksAtTheClock() {
    assertThat(Tuning.NONE.wanted()).isFalse();
    assertThat(new CpuEngine().tuning()).isSameAs(Tuning.NONE);
  }
}
