package org.espalier.methods.rewiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Duration;
import org.espalier.methods.EverActive;
import org.espalier.methods.SyntheticRun;
import org.espalier.methods.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExploredWeightsTest {
  private static final Network ONE_LAYER =
      NetworkBuilder.of("layer", Shape.features(1000)).linear("fc", 1000).build();

  @Test
  void startsAtTheDensityAndDenseLayersCountAsExplored() {
    var network = Models.named("lenet-300-100", Shape.features(784), 10);
    var topology =
        Topology.of(
            300, 784, new Randoms(1).stream(Purpose.TOPOLOGY, 0, 0).sample(235_200, 23_520));
    var explored = ExploredWeights.of(network, Map.of("fc1.weight", topology), Block.SINGLE);
    assertThat(explored.metrics())
        .containsEntry("r_s/fc1.weight", 0.1)
        .containsEntry("r_s_sparse", 0.1)
        .containsEntry("r_s", (23_520 + 31_000) / 266_200.0);
  }

  @Test
  void weightsActiveAgainCountOnce() {
    var explored = ExploredWeights.of(ONE_LAYER, Map.of("fc.weight", layer(1, 1000)), Block.SINGLE);
    explored.add("fc.weight", layer(1, 1000).positions());
    assertThat(explored.metrics()).containsEntry("r_s", 0.001);
  }

  /** The closed form for random growth: 1 − 0.9·(1 − 0.03/0.93)^20. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomGrowthExploresAsTheClosedFormPredicts(long seed) {
    var run = new OneLayer(Growth.RANDOM, 0.3, 100_000, seed);
    for (var update = 1; update <= 20; update++) {
      run.update(update);
    }
    assertThat(run.explored()).as("seed %d", seed).isCloseTo(0.5329, within(0.0015));
  }

  @Test
  void unfiredFirstGrowsByExactlyWhatWasDroppedUntilAllAreExplored() {
    var run = new OneLayer(Growth.RANDOM_UNFIRED, 0.5, 100_000, 4);
    for (var update = 1; update <= 18; update++) {
      run.update(update);
      assertThat(run.explored()).isEqualTo((100_000 + update * 50_000) / 1e6);
    }
    run.update(19);
    assertThat(run.explored()).isEqualTo(1);
    assertThat(run.parameter().nonZeros()).isEqualTo(100_000);
  }

  @Test
  void unfiredFirstFillsUpWithOthersWhenTooFewAreLeft() {
    var run = new OneLayer(Growth.RANDOM_UNFIRED, 0.5, 300_000, 5);
    for (var update = 1; update <= 5; update++) {
      run.update(update);
      assertThat(run.parameter().nonZeros()).isEqualTo(300_000);
    }
    assertThat(run.explored()).isEqualTo(1);
  }

  @Test
  void ranksOfUnfiredWeightsAreCountedPastThoseThatFired() {
    var random = new Random(6);
    var fired = random.longs(600, 0, 1_000_000).distinct().sorted().toArray();
    var dense = LongStream.range(5_000, 9_000);
    var all = LongStream.concat(Arrays.stream(fired), dense).distinct().sorted().toArray();
    var explored =
        ExploredWeights.of(
            ONE_LAYER, Map.of("fc.weight", Topology.of(1000, 1000, all)), Block.SINGLE);
    var unfired =
        LongStream.range(0, 1_000_000).filter(p -> !explored.contains("fc.weight", p)).toArray();
    assertThat(explored.unfired("fc.weight")).isEqualTo(unfired.length);
    var ranks = LongStream.range(0, unfired.length).filter(rank -> rank % 7 == 3).toArray();
    assertThat(explored.unfired("fc.weight", ranks))
        .containsExactly(Arrays.stream(ranks).map(rank -> unfired[(int) rank]).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl", "set-itop", "rigl-itop"})
  void isThatOfAllMasksSoFarAtAllTimes(String name) {
    var run = new SyntheticRun(SyntheticRun.method(name, "every", "5it"), 300, 8);
    var ever = new EverActive(run.parameters());
    var start = ever.metrics();
    for (var iteration = 0; iteration < 300; iteration++) {
      run.iterate();
      ever.look();
      assertThat(run.hook().metrics())
          .as("%s, iteration %d, seed 8", name, iteration)
          .containsAllEntriesOf(ever.metrics());
    }
    assertThat(ever.metrics()).isNotEqualTo(start);
  }

  @Test
  void unfiredWeightsCannotGrowFirstWhereTheyAreNotTracked() {
    var network = NetworkBuilder.of("wide", Shape.features(50_000)).linear("fc", 50_000).build();
    var method = SyntheticRun.method("set-itop", "unfired-first", true, "nnz", 100);
    assertThatThrownBy(() -> method.prepare(network, new TrainingPlan(10, 10), new Randoms(1)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "unfired-first: fc.weight has more than 2^31-1 weights, or blocks of them, too many to"
                + " track");
  }

  @Test
  void layersBeyondTheRangeOfIntAreReportedAsNotTracked() {
    var network = NetworkBuilder.of("wide", Shape.features(50_000)).linear("fc", 50_000).build();
    var explored =
        ExploredWeights.of(
            network,
            Map.of("fc.weight", Topology.of(50_000, 50_000, new long[] {7})),
            Block.SINGLE);
    explored.add("fc.weight", new long[] {2_499_999_999L});
    assertThat(explored.tracks("fc.weight")).isFalse();
    assertThat(explored.metrics()).containsOnly(Map.entry("r_s_untracked_layers", 1.0));
  }

  private static Topology layer(long seed, int count) {
    return Topology.of(
        1000, 1000, new Randoms(seed).stream(Purpose.TOPOLOGY, 0, 0).sample(1_000_000, count));
  }

  /**
   * One layer of a million weights, rewired at every step, whose values are drawn anew each time.
   */
  private static final class OneLayer {
    private final Parameters parameters;
    private final DynamicTopology hook;
    private final Random random;

    OneLayer(Growth growth, double fraction, int count, long seed) {
      var topology = layer(seed, count);
      var topologies = Map.of("fc.weight", topology);
      this.random = new Random(seed);
      this.parameters =
          new Parameters(
              ONE_LAYER,
              spec -> spec.prunable() ? Parameter.sparse(spec, topology) : Parameter.dense(spec));
      this.hook =
          new DynamicTopology(
              List.of("fc.weight"),
              Block.SINGLE,
              new Rule(Criterion.MAGNITUDE, Rule.Count.CEILING, growth, Rule.Timing.AFTER_STEP),
              new Schedule.Constant(fraction),
              Cadence.of(Duration.ofSteps(1), 100).trigger(1000, 50),
              ExploredWeights.of(ONE_LAYER, topologies, Block.SINGLE),
              new Randoms(seed));
    }

    void update(long step) {
      var values = parameter().values();
      for (var i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      hook.afterStep(step, parameters, Map.of());
      assertThat(parameter().stored()).isEqualTo(values.length);
    }

    double explored() {
      return hook.metrics().getOrDefault("r_s", Double.NaN);
    }

    Parameter parameter() {
      return parameters.of("fc.weight");
    }
  }
}
