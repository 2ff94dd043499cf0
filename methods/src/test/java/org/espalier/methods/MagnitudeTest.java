package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.settings.Settings;
import org.junit.jupiter.api.Test;

class MagnitudeTest {
  private static final TrainingPlan PLAN = new TrainingPlan(10, 10);
  private static final Randoms RANDOMS = new Randoms(1);

  /** Two layers of eight weights, those of the second ten times as large. */
  private final Network network =
      NetworkBuilder.of("n", Shape.features(4)).linear("a", 2).relu("r").linear("b", 4).build();

  private final Parameters weights = Parameters.dense(network);

  MagnitudeTest() {
    set("a.weight", 1, -8, 3, -4, 5, -6, 7, -2);
    set("b.weight", 10, 80, -30, 40, -50, 60, 0, 0);
  }

  private void set(String name, float... values) {
    System.arraycopy(values, 0, weights.of(name).values(), 0, values.length);
  }

  private Prepared prepare(Map<String, Object> settings) {
    return Methods.named("magnitude")
        .create(new Settings("method", settings))
        .prepare(network, PLAN, RANDOMS, weights);
  }

  private static long[] kept(Prepared prepared, String name) {
    return Objects.requireNonNull(prepared.topologies().get(name)).positions();
  }

  @Test
  void largestOfAllLayersStay() {
    var prepared = prepare(Map.of("sparsity", 0.5));

    assertThat(kept(prepared, "a.weight")).containsExactly(1, 6);
    assertThat(kept(prepared, "b.weight")).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(prepared.requestedDensities())
        .containsEntry("a.weight", 0.25)
        .containsEntry("b.weight", 0.75);
    assertThat(prepared.hook()).isSameAs(TrainingHook.NONE);
  }

  @Test
  void largestOfEveryLayerStayWhereLayersDoNotCompete() {
    var prepared = prepare(Map.of("sparsity", 0.5, "distribution", "uniform"));

    assertThat(kept(prepared, "a.weight")).containsExactly(1, 4, 5, 6);
    assertThat(kept(prepared, "b.weight")).containsExactly(1, 3, 4, 5);
  }

  @Test
  void layersThatARuleFixesDoNotCompete() {
    var prepared = prepare(Map.of("sparsity", 0.5, "densities", Map.of("b.weight", 1)));

    assertThat(kept(prepared, "a.weight")).containsExactly(1, 4, 5, 6);
    assertThat(prepared.topologies()).doesNotContainKey("b.weight");
  }

  @Test
  void ofEqualMagnitudesTheFirstGo() {
    set("a.weight", 1, 1, 1, 1, 1, 1, 1, 1);
    set("b.weight", 1, -1, 1, -1, 1, -1, 1, -1);

    var prepared = prepare(Map.of("nnz", 9));

    assertThat(kept(prepared, "a.weight")).containsExactly(7);
    assertThat(prepared.topologies()).doesNotContainKey("b.weight");
  }

  @Test
  void layerThatWouldLoseEverythingIsNamed() {
    assertThatThrownBy(() -> prepare(Map.of("sparsity", 0.75)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a.weight would keep none of its 8 weights");
  }

  @Test
  void weightsThatAreZeroCannotStay() {
    assertThatThrownBy(() -> prepare(Map.of("nnz", 15)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "method magnitude: only 14 weights to start from are not zero, expected at least 15");
    assertThatThrownBy(() -> prepare(Map.of("sparsity", 0.125, "distribution", "uniform")))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "method magnitude: only 6 weights of b.weight to start from are not zero, expected at"
                + " least 7");
    assertThat(prepare(Map.of("sparsity", 0)).topologies()).isEmpty();
  }

  @Test
  void smallLayersMayWinWhatTheirSizeAloneWouldNotGiveThem() {
    var lenet = Models.named("lenet-5", new Shape(1, 28, 28), 10);
    var start = Parameters.dense(lenet);
    for (var spec : lenet.prunable()) {
      Arrays.fill(start.of(spec.name()).values(), 0.01f);
      Arrays.fill(start.of(spec.name()).values(), 0, 8, 1);
    }

    var prepared =
        Methods.named("magnitude")
            .create(new Settings("method", Map.of("sparsity", 0.999)))
            .prepare(lenet, PLAN, RANDOMS, start);

    assertThat(kept(prepared, "conv1.weight")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(prepared.topologies().values().stream().mapToInt(Topology::nonZeros).sum())
        .isEqualTo(44); // of 44,190
  }
}
