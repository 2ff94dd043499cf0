package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
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
  void trainedWeightsAreNeeded() {
    var method = Methods.named("magnitude").create(new Settings("method", Map.of()));

    assertThatThrownBy(() -> method.prepare(network, PLAN, RANDOMS))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("expected one to start from");
  }
}
