package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dynamic sparse training whose weights come and go in blocks. */
class BlockMethodsTest {
  /** A linear network whose inputs cannot be paired, and one of convolutions. */
  private static final List<Network> NETWORKS =
      List.of(
          Models.named("mlp:60x32", Shape.features(97), 7),
          Models.named("lenet-5", new Shape(1, 28, 28), 10));

  private static final long SEED = 11;

  @ParameterizedTest
  @CsvSource({
    "static-random, 2x2",
    "set, 2x2",
    "set, 1x2",
    "rigl, 2x1",
    "rigl, 4x4",
    "set-itop, 1x2",
    "rigl-itop, 2x2"
  })
  void topologiesStayWholeBlocks(String method, String block) {
    for (var network : NETWORKS) {
      var run = run(network, method, block);
      var before = state(run);
      for (var iteration = 0; iteration < 60; iteration++) {
        run.iterate();
        for (var parameter : sparse(run)) {
          var old = before.getOrDefault(parameter.name(), Map.of());
          // Refuses a topology in which a block is active in part.
          blocks(parameter, block);
          assertThat(parameter.stored()).as(parameter.name()).isEqualTo(old.size());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"set, 2x2", "set, 1x2", "rigl, 2x1", "rigl, 4x4", "set-itop, 1x2", "rigl-itop, 2x2"})
  void keptWeightsKeepEveryBitAndNewOnesStartAtZero(String method, String block) {
    for (var network : NETWORKS) {
      var run = run(network, method, block);
      var still = run(network, "static-random", block);
      while (run.hook().metrics().getOrDefault("topology_updates", Double.NaN) == 0) {
        if (run.iterate()) {
          still.iterate();
        }
      }
      var grown = 0;
      for (var parameter : sparse(run)) {
        var old = entries(still.parameter(parameter.name()));
        for (var entry : entries(parameter).entrySet()) {
          assertThat(entry.getValue())
              .as("%s at %d, seed %d", parameter.name(), entry.getKey(), SEED)
              .isEqualTo(old.getOrDefault(entry.getKey(), List.of(0f, 0f)));
          grown += old.containsKey(entry.getKey()) ? 0 : 1;
        }
      }
      assertThat(grown).isPositive();
    }
  }

  @Test
  void blocksThatWereNeverActiveGrowFirstWhereAskedFor() {
    for (var network : NETWORKS) {
      var run = run(network, "set-itop", "2x2", "unfired-first", true);
      var ever = new HashMap<String, BitSet>();
      var grown = 0;
      for (var iteration = 0; iteration < 60; iteration++) {
        var before = activeBlocks(run, "2x2");
        run.iterate();
        for (var parameter : sparse(run)) {
          var fired = ever.computeIfAbsent(parameter.name(), _ -> new BitSet());
          var old = before.getOrDefault(parameter.name(), new long[0]);
          Arrays.stream(old).forEach(number -> fired.set((int) number));
          var blocks = blocks(parameter, "2x2");
          var now = blocks.active().positions();
          var again =
              Arrays.stream(now)
                  .filter(number -> Arrays.binarySearch(old, number) < 0)
                  .filter(number -> fired.get((int) number))
                  .count();
          var firedBefore = fired.cardinality();
          Arrays.stream(now).forEach(number -> fired.set((int) number));
          grown += fired.cardinality() - firedBefore;
          if (fired.cardinality() < blocks.grid().size()) {
            assertThat(again)
                .as("%s, iteration %d, seed %d", parameter.name(), iteration, SEED)
                .isZero();
          }
        }
      }
      assertThat(grown).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x2", "2x1", "2x2"})
  void grownBlocksAreThoseOfTheLargestGradients(String block) {
    for (var network : NETWORKS) {
      var run = run(network, "rigl", block);
      var before = Map.<String, long[]>of();
      do {
        before = activeBlocks(run, block);
      } while (run.iterate());
      for (var parameter : sparse(run)) {
        var blocks = blocks(parameter, block);
        var old = before.getOrDefault(parameter.name(), new long[0]);
        var now = blocks.active().positions();
        var smallestGrown =
            Arrays.stream(now)
                .filter(number -> Arrays.binarySearch(old, number) < 0)
                .mapToDouble(number -> magnitude(run, parameter, blocks, number))
                .min();
        var largestLeft =
            LongStream.range(0, blocks.grid().size()) // dropped ones among them
                .filter(number -> Arrays.binarySearch(now, number) < 0)
                .mapToDouble(number -> magnitude(run, parameter, blocks, number))
                .max();
        assertThat(smallestGrown.orElse(Double.POSITIVE_INFINITY))
            .as("%s, seed %d", parameter.name(), SEED)
            .isGreaterThanOrEqualTo(largestLeft.orElse(0) * (1 - 1e-6));
      }
    }
  }

  @Test
  void resumedRunsEqualUninterruptedOnes() throws IOException {
    for (var method : List.of("rigl", "set-itop")) {
      var whole = run(NETWORKS.getFirst(), method, "2x2");
      whole.runTo(60);
      var cut = run(NETWORKS.getFirst(), method, "2x2");
      cut.runTo(25);
      var saved = new ByteArrayOutputStream();
      cut.hook().save(new DataOutputStream(saved));
      var resumed = run(NETWORKS.getFirst(), method, "2x2");
      resumed.restore(cut);
      resumed.hook().load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
      resumed.runTo(60);

      assertThat(resumed.state()).isEqualTo(whole.state());
      assertThat(resumed.hook().metrics()).isEqualTo(whole.hook().metrics());
    }
  }

  @Test
  void exploredWeightsAreCountedOneByOne() {
    var run = run(NETWORKS.getFirst(), "set", "2x2");
    assertThat(sparse(run).stream().map(it -> Block.parse("2x2").within(it.spec())).distinct())
        .hasSizeGreaterThan(1);
    var ever = new EverActive(run.parameters());
    assertThat(run.hook().metrics()).containsAllEntriesOf(ever.metrics());

    while (run.step() < 25) {
      run.iterate();
      ever.look();
    }

    assertThat(run.hook().metrics())
        .containsEntry("topology_updates", 2.0)
        .containsAllEntriesOf(ever.metrics());
  }

  @Test
  void sparseLayersThatCannotHaveTheBlockAreNamed() {
    var plan = new TrainingPlan(1000, 50);
    var network = Models.named("lenet-5", new Shape(3, 32, 32), 10);

    assertThat(
            SyntheticRun.method("rigl", "block", "2x2", "densities", Map.of("conv1", "dense"))
                .notes(network, plan))
        .isEmpty();
    assertThat(
            SyntheticRun.method("static-random", "block", "4x2", "distribution", "uniform")
                .notes(network, plan))
        .containsExactly(
            "blocks of 1x1 instead of 4x2, which do not fit: conv1.weight",
            "blocks of 1x2 instead of 4x2, which do not fit: fc3.weight");
    assertThat(SyntheticRun.method("set").notes(network, plan)).isEmpty();
  }

  @Test
  void refusesBlocksThatThereAreNot() {
    assertThatThrownBy(() -> SyntheticRun.method("rigl", "block", "3x2"))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "method.block: block 3x2: expected OUTPUTSxINPUTS of 1, 2 or 4 each, such as 2x1");
  }

  private static SyntheticRun run(
      Network network, String method, String block, Object... settings) {
    var all = new ArrayList<Object>(List.of("block", block, "sparsity", 0.8));
    all.addAll(method.equals("static-random") ? List.of() : List.of("every", "10it"));
    all.addAll(List.of(settings));
    return new SyntheticRun(network, SyntheticRun.method(method, all.toArray()), 100, SEED);
  }

  private static List<Parameter> sparse(SyntheticRun run) {
    return StreamSupport.stream(run.parameters().spliterator(), false)
        .filter(parameter -> parameter.storage() == Storage.SPARSE)
        .toList();
  }

  private static BlockTopology blocks(Parameter parameter, String block) {
    var spec = parameter.spec();
    return BlockTopology.of(spec, parameter.topology(), Block.parse(block).within(spec));
  }

  private static Map<String, long[]> activeBlocks(SyntheticRun run, String block) {
    var active = new HashMap<String, long[]>();
    for (var parameter : sparse(run)) {
      active.put(parameter.name(), blocks(parameter, block).active().positions());
    }
    return active;
  }

  private static double magnitude(
      SyntheticRun run, Parameter parameter, BlockTopology blocks, long number) {
    var gradient = run.gradient(parameter.name());
    return Arrays.stream(blocks.grid().positions(new long[] {number}))
        .mapToDouble(position -> Math.abs(gradient[(int) position]))
        .sum();
  }

  private static Map<String, Map<Long, List<Float>>> state(SyntheticRun run) {
    var state = new HashMap<String, Map<Long, List<Float>>>();
    sparse(run).forEach(parameter -> state.put(parameter.name(), entries(parameter)));
    return state;
  }

  /** Value and momentum by position. */
  private static Map<Long, List<Float>> entries(Parameter parameter) {
    var entries = new HashMap<Long, List<Float>>();
    var positions = parameter.topology().positions();
    for (var i = 0; i < positions.length; i++) {
      var momentum = parameter.slots() == 0 ? 0 : parameter.slot(0)[i];
      entries.put(positions[i], List.of(parameter.values()[i], momentum));
    }
    return entries;
  }
}
