package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.formats.surp.LaplacianSource;
import org.espalier.methods.settings.Settings;
import org.junit.jupiter.api.Test;

class SurpPruningTest {
  private static final TrainingPlan PLAN = new TrainingPlan(10, 10);
  private static final Randoms RANDOMS = new Randoms(1);

  private final Network network = SyntheticRun.NETWORK;
  private final Parameters weights = Parameters.dense(network);

  SurpPruningTest() {
    for (var spec : network.prunable()) {
      var random = RANDOMS.stream(Purpose.DATA, spec.name(), 0);
      var values = new LaplacianSource(1).weights((int) spec.size(), random);
      System.arraycopy(values, 0, weights.of(spec.name()).values(), 0, values.length);
    }
  }

  private Prepared prepare(Map<String, Object> settings) {
    return Methods.named("surp")
        .create(new Settings("method", settings))
        .prepare(network, PLAN, RANDOMS, weights);
  }

  private static long nonZeros(Prepared prepared, ParameterSpec spec) {
    var topology = prepared.topologies().get(spec.name());
    return topology == null ? spec.size() : topology.nonZeros();
  }

  @Test
  void asManyWeightsStayAsAskedFor() {
    var all = network.prunable().stream().mapToLong(ParameterSpec::size).sum();

    var prepared = prepare(Map.of("sparsity", 0.8));

    assertThat(network.prunable().stream().mapToLong(it -> nonZeros(prepared, it)).sum())
        .isEqualTo(Math.round(all * 0.2));
    for (var spec : network.prunable()) {
      assertThat(prepared.requestedDensities())
          .containsEntry(spec.name(), nonZeros(prepared, spec) / (double) spec.size());
    }
    assertThat(prepared.hook()).isSameAs(TrainingHook.NONE);
  }

  @Test
  void smallLayersKeepMoreOfThemselves() {
    // Equally large weights are a larger part of the norm of a smaller layer.
    var prepared = prepare(Map.of("sparsity", 0.8));
    var bySize =
        network.prunable().stream()
            .sorted((one, other) -> Long.compare(other.size(), one.size()))
            .map(spec -> nonZeros(prepared, spec) / (double) spec.size())
            .toList();

    assertThat(bySize).isSorted();
  }

  @Test
  void largestOfALayerStay() {
    var prepared = prepare(Map.of("nnz", 2000));
    for (var entry : prepared.topologies().entrySet()) {
      var values = weights.of(entry.getKey()).values();
      var kept = entry.getValue().positions();
      var least = Arrays.stream(kept).mapToDouble(p -> Math.abs(values[(int) p])).min();
      var larger = 0;
      for (var value : values) {
        larger += Math.abs(value) > least.orElseThrow() ? 1 : 0;
      }

      // But for the pass in which refinement ended, the threshold is the same for all.
      assertThat(larger).as(entry.getKey()).isLessThan((int) (1.1 * kept.length));
    }
  }

  @Test
  void layersThatARuleFixesDoNotCompete() {
    var last = network.prunable().getLast();
    var fixed = Map.<String, Object>of(last.name(), 0.1);

    var prepared = prepare(Map.of("sparsity", 0.8, "densities", fixed));

    assertThat(nonZeros(prepared, last)).isEqualTo(Math.round(0.1 * last.size()));
    assertThat(Objects.requireNonNull(prepared.topologies().get(last.name())).positions())
        .isSorted();
  }

  @Test
  void normalisationDecidesHowLayersCompete() {
    assertThat(prepare(Map.of("sparsity", 0.8, "normalisation", "none")).requestedDensities())
        .isNotEqualTo(prepare(Map.of("sparsity", 0.8)).requestedDensities());
  }

  @Test
  void weightsThatAreZeroCannotStay() {
    for (var spec : network.prunable()) {
      Arrays.fill(weights.of(spec.name()).values(), 5, (int) spec.size(), 0);
    }

    assertThatThrownBy(() -> prepare(Map.of("sparsity", 0.8)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("only 15 weights to start from are not zero");
  }

  @Test
  void shrinkIsChecked() {
    assertThatThrownBy(() -> prepare(Map.of("shrink", 1)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("shrink");
  }
}
