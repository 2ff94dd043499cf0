package org.espalier.methods.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BudgetTest {
  private static final Distribution ER = new Distribution.ErdosRenyi(false, 1);
  private static final Distribution ERK = new Distribution.ErdosRenyi(true, 1);
  private static final LayerRules NO_RULES = new LayerRules(Map.of());
  private static final Network MLP = Models.named("lenet-300-100", Shape.features(784), 10);
  private static final Network LENET = Models.named("lenet-5", new Shape(1, 28, 28), 10);
  private static final Network RESNET = Models.named("resnet-20", new Shape(3, 32, 32), 10);

  @ParameterizedTest
  @CsvSource({
    "0.50, 102101, 30000, 1000, .434099, 1, 1",
    "0.80, 38160, 14081, 1000, .162241, .469362, 1",
    "0.90, 18715, 6906, 1000, .079568, .230189, 1",
    "0.95, 9052, 3341, 919, .038484, .111334, .918507",
    "0.98, 3621, 1337, 368, .015394, .044534, .367403"
  })
  void floorRoundingGivesTheCountsOfRigLsCode(
      double sparsity, long fc1, long fc2, long fc3, double d1, double d2, double d3) {
    for (var rule : List.of(ER, ERK)) {
      var allocation = budget(sparsity, rule, Rounding.FLOOR).allocate(MLP);
      assertThat(counts(allocation)).containsExactly(fc1, fc2, fc3);
      assertThat(densities(allocation)).containsExactly(new double[] {d1, d2, d3}, within(5e-7));
    }
  }

  @Test
  void convolutionsCountTheirKernelInErkOnly() {
    var erk = budget(0.8, ERK, Rounding.FLOOR).allocate(LENET);
    assertThat(counts(erk)).containsExactly(150L, 411L, 4822L, 2616L, 840L);
    assertThat(densities(erk))
        .containsExactly(new double[] {1, .170980, .156955, .259524, 1}, within(5e-7));

    var er = budget(0.9, ER, Rounding.FLOOR).allocate(LENET);
    assertThat(counts(er)).containsExactly(150L, 1919L, 1312L, 712L, 328L);
    assertThat(densities(er))
        .containsExactly(new double[] {1, .799275, .042689, .070585, .390295}, within(5e-7));
  }

  @Test
  void powerZeroIsUniform() {
    var erk = budget(0.9, new Distribution.ErdosRenyi(true, 0), Rounding.EXACT);
    var uniform = budget(0.9, new Distribution.Uniform(false), Rounding.EXACT);
    assertThat(counts(erk.allocate(LENET))).isEqualTo(counts(uniform.allocate(LENET)));
  }

  static Stream<Arguments> budgets() {
    return Stream.of(MLP, LENET, RESNET)
        .flatMap(
            network ->
                Stream.of(.5, .8, .9, .95, .99)
                    .flatMap(
                        sparsity ->
                            Stream.of(
                                    new Distribution.Uniform(false),
                                    new Distribution.UniformPlus(0.2),
                                    ER,
                                    ERK,
                                    new Distribution.ErdosRenyiPlus(1, 1))
                                .map(rule -> Arguments.of(network, sparsity, rule))));
  }

  @ParameterizedTest
  @MethodSource("budgets")
  void everyRuleMeetsItsBudgetExactlyOrSaysThatItCannot(
      Network network, double sparsity, Distribution rule) {
    var size = network.prunable().stream().mapToLong(ParameterSpec::size).sum();
    var wanted = Math.round(Math.rint((1 - sparsity) * size * 1e6) / 1e6);
    try {
      var allocation = budget(sparsity, rule, Rounding.EXACT).allocate(network);
      assertThat(nonZeros(allocation)).isEqualTo(wanted);
      assertThat(allocation.layers())
          .allMatch(layer -> layer.density() > 0 && layer.density() <= 1);
    } catch (EspalierException e) {
      var least = leastPossible(network, rule);
      assertThat(least).as("%s refused", e.getMessage()).isGreaterThanOrEqualTo((double) wanted);
    }
  }

  /** Weights a rule needs whatever the sparsity; the Erdős–Rényi rules can always shrink. */
  private static double leastPossible(Network network, Distribution rule) {
    var specs = network.prunable();
    return switch (rule) {
      case Distribution.UniformPlus plus ->
          specs.getFirst().size() + plus.lastDensity() * specs.getLast().size();
      case Distribution.ErdosRenyiPlus plus -> plus.lastDensity() * specs.getLast().size();
      default -> 0;
    };
  }

  @Test
  void resnet20HasTheWeightsOfTheHandbook() {
    assertThat(RESNET.prunable().stream().mapToLong(ParameterSpec::size).sum()).isEqualTo(270_896);
  }

  @Test
  void uniformPlusKeepsTheFirstLayerDenseAndTheLastAboveItsFloor() {
    var allocation =
        budget(0.9, new Distribution.UniformPlus(0.2), Rounding.EXACT).allocate(RESNET);
    assertThat(allocation.layers().getFirst().dense()).isTrue();
    assertThat(allocation.layers().getLast().density()).isEqualTo(0.2);
    assertThat(nonZeros(allocation)).isEqualTo(27_090);
  }

  @Test
  void erkPlusEqualsErkWhereErkSaturatesTheClassifierAnyway() {
    var plus = budget(0.9, new Distribution.ErdosRenyiPlus(1, 1), Rounding.EXACT).allocate(MLP);
    assertThat(densities(plus)).containsExactly(new double[] {.079568, .230189, 1}, within(5e-7));
    assertThat(counts(plus)).isEqualTo(counts(budget(0.9, ERK, Rounding.EXACT).allocate(MLP)));
  }

  @Test
  void budgetsThatCannotBeMetNameTheNumbers() {
    assertThatThrownBy(
            () -> budget(0.9, new Distribution.UniformPlus(0.2), Rounding.EXACT).allocate(MLP))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("26620")
        .hasMessageContaining("235400");
    assertThatThrownBy(
            () -> budget(0.99999, new Distribution.Uniform(false), Rounding.EXACT).allocate(MLP))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("fc2.weight");
  }

  @Test
  void fixedLayersKeepTheirShareAndTheOthersMeetTheTargetAmongThemselves() {
    var rules =
        new LayerRules(Map.of("fc2", new LayerShare.Density(0.5), "fc3.weight", LayerShare.DENSE));
    var budget =
        new Budget(new Target.Sparsity(0.9), ERK, rules, true, Rounding.EXACT, Block.SINGLE)
            .allocate(MLP);
    assertThat(counts(budget)).containsExactly(23_520L, 15_000L, 1_000L);
  }

  @Test
  void firstDenseUniformLeavesTheRestAtItsSparsity() {
    var allocation = budget(0.8, new Distribution.Uniform(true), Rounding.EXACT).allocate(RESNET);
    assertThat(allocation.layers().getFirst().dense()).isTrue();
    assertThat(nonZeros(allocation)).isEqualTo(432 + Math.round(0.2 * (270_896 - 432)));
  }

  @Test
  void depthwiseConvolutionsStayDenseUnlessToldOtherwise() {
    var uniform = new Distribution.Uniform(false);
    var dense =
        new Budget(new Target.Sparsity(0.5), uniform, NO_RULES, true, Rounding.EXACT, Block.SINGLE);
    var sparse =
        new Budget(
            new Target.Sparsity(0.5), uniform, NO_RULES, false, Rounding.EXACT, Block.SINGLE);
    var network = Models.named("mobilenet-v1", new Shape(3, 32, 32), 10);
    var depthwise =
        network.prunable().stream()
            .filter(ParameterSpec::depthwise)
            .mapToLong(ParameterSpec::size)
            .sum();
    var all = network.prunable().stream().mapToLong(ParameterSpec::size).sum();
    assertThat(nonZeros(dense.allocate(network)))
        .isEqualTo(depthwise + Math.round((all - depthwise) / 2.0));
    assertThat(nonZeros(sparse.allocate(network))).isEqualTo(Math.round(all / 2.0));
  }

  @Test
  void aFixedNumberOfWeightsScalesToLayersBeyondInt() {
    var budget =
        new Budget(new Target.NonZeros(20_000), ERK, NO_RULES, true, Rounding.EXACT, Block.SINGLE);
    var allocation = budget.allocate(Models.named("mlp:500000x500000", Shape.features(784), 25));
    assertThat(nonZeros(allocation)).isEqualTo(20_000);
    var topology = topology(allocation, 1, "fc2.weight");
    assertThat(topology.nonZeros()).isEqualTo(allocation.layers().get(1).nonZeros());
    assertThat(topology.positions()[topology.nonZeros() - 1]).isGreaterThan(1L << 36);
  }

  @Test
  void twoSeedsDrawMasksOfEqualCountsThatOverlapByChance() {
    var allocation = budget(0.9, new Distribution.Uniform(false), Rounding.EXACT).allocate(MLP);
    for (var layer : allocation.layers()) {
      var name = layer.spec().name();
      var count = layer.nonZeros();
      var one = topology(allocation, 1, name);
      var two = topology(allocation, 2, name);
      assertThat((long) one.nonZeros()).isEqualTo(count);
      assertThat((long) two.nonZeros()).isEqualTo(count);
      assertThat(one).isEqualTo(topology(allocation, 1, name)).isNotEqualTo(two);
      var common = Arrays.stream(one.positions()).filter(two::active).count();
      var density = count / (double) layer.spec().size();
      var variance = density * (1 - density) * density * (1 - density) * layer.spec().size();
      assertThat((double) common)
          .as("overlap of %s, seeds 1 and 2", name)
          .isCloseTo(density * count, within(4 * Math.sqrt(variance)));
    }
  }

  @ParameterizedTest
  @CsvSource({"EXACT, 44", "FLOOR, 45"})
  void competingLayersShareWhatTheyHaveTogether(Rounding rounding, long expected) {
    // Of the 150 weights of conv1 none would be left if each layer were rounded by itself.
    var budget = budget(0.999, new Distribution.Uniform(false), rounding);
    var allocation =
        budget.allocate(LENET, (_, nonZeros) -> new long[] {10, 10, 10, 10, nonZeros - 40});
    assertThat(counts(allocation)).containsExactly(10L, 10L, 10L, 10L, expected - 40);
    assertThat(densities(allocation)[0]).isEqualTo(10 / 150.0);
  }

  @Test
  void layersThatWinNothingAreNamed() {
    var budget = budget(0.999, new Distribution.Uniform(false), Rounding.EXACT);
    assertThatThrownBy(
            () ->
                budget.allocate(LENET, (_, nonZeros) -> new long[] {0, 10, 10, 10, nonZeros - 30}))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("conv1.weight would keep none of its 150 weights");
  }

  @Test
  void moreWeightsThanTheLayersHaveThatShareThemAreRefused() {
    var rules = new LayerRules(Map.of("fc1", LayerShare.DENSE));
    var budget =
        new Budget(new Target.NonZeros(40_000), ERK, rules, true, Rounding.EXACT, Block.SINGLE);
    assertThatThrownBy(() -> budget.allocate(MLP))
        .isInstanceOf(EspalierException.class)
        .hasMessage("nnz 40000: expected at most the 31000 weights of the layers that share it");
  }

  @Test
  void saturatedLayersHaveNoTopology() {
    var allocation = budget(0.9, ERK, Rounding.EXACT).allocate(MLP);
    assertThat(allocation.randomTopologies(new Randoms(1)))
        .containsOnlyKeys("fc1.weight", "fc2.weight");
  }

  private static Topology topology(Allocation allocation, long seed, String name) {
    return Objects.requireNonNull(allocation.randomTopologies(new Randoms(seed)).get(name));
  }

  @ParameterizedTest
  @CsvSource({"2x1", "1x2", "2x2", "4x4"})
  void countsAreWholeBlocksWithinHalfABlockOfTheBudget(String written) {
    var block = Block.parse(written);
    for (var name : List.of("lenet-300-100", "resnet-20", "mobilenet-v1")) {
      var network = Models.named(name, new Shape(3, 32, 32), 10);
      for (var sparsity : new double[] {0.5, 0.9, 0.98}) {
        var target = new Target.Sparsity(sparsity);
        var allocation =
            new Budget(target, ERK, NO_RULES, false, Rounding.EXACT, block).allocate(network);
        var size = network.prunable().stream().mapToLong(ParameterSpec::size).sum();

        assertThat(allocation.layers())
            .allMatch(layer -> layer.nonZeros() % layer.block().size() == 0);
        assertThat(Math.abs(nonZeros(allocation) - target.nonZeros(size)))
            .as("%s, sparsity %s", name, sparsity)
            .isLessThanOrEqualTo(block.size() / 2);
      }
    }
  }

  private static Budget budget(double sparsity, Distribution distribution, Rounding rounding) {
    return new Budget(
        new Target.Sparsity(sparsity), distribution, NO_RULES, true, rounding, Block.SINGLE);
  }

  private static long nonZeros(Allocation allocation) {
    return allocation.layers().stream().mapToLong(Allocation.Layer::nonZeros).sum();
  }

  private static List<Long> counts(Allocation allocation) {
    return allocation.layers().stream().map(Allocation.Layer::nonZeros).toList();
  }

  private static double[] densities(Allocation allocation) {
    return allocation.layers().stream().mapToDouble(Allocation.Layer::density).toArray();
  }
}
