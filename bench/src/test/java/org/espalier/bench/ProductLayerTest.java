package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductLayerTest {

  @ParameterizedTest
  @ValueSource(strings = {"vgg-16-bn", "resnet-20", "lenet-5", "mlp:64x64"})
  void everyProductOfAModelBelongsToOneLayer(String model) {
    var network = Models.named(model, new Shape(3, 32, 32), 10);

    var layers = ProductLayer.of(network);

    assertThat(layers.stream().flatMap(it -> it.nodes().stream()))
        .containsExactlyInAnyOrderElementsOf(
            network.prunable().stream().map(spec -> spec.node()).toList());
    assertThat(layers).filteredOn(it -> it.layer().first()).hasSize(1);
    for (var named : layers) {
      var alone = named.layer().alone();
      assertThat(alone.prunable())
          .singleElement()
          .extracting("name")
          .isEqualTo(ProductLayer.WEIGHT);
      assertThat(alone.shape(ProductLayer.NODE)).isEqualTo(named.layer().output());
    }
  }

  @Test
  void layersAlikeAreOne() {
    var layers = ProductLayer.of(Models.named("resnet-20", new Shape(3, 32, 32), 10));

    // The stem; in three stages the blocks, in two of them the way down; shortcuts and classifier.
    assertThat(layers).hasSizeLessThan(12);
    assertThat(layers.stream().map(it -> it.nodes().size()).max(Integer::compare).orElse(0))
        .isEqualTo(6);
    assertThat(layers.get(1).layer()).hasToString("16→16, 3×3, 32×32");
  }

  @Test
  void rowsTellLosingCases() {
    var layer = ProductLayer.of(Models.named("mlp:8", Shape.features(4), 2)).getFirst();
    var laps =
        List.of(
            new LayerRow.Lap(0.5, 2.1, 4, 0.5, 0.4, 0.6),
            new LayerRow.Lap(0.9, 1.9, 1, 2, 1.9, 2.1));

    var row = LayerRow.of(layer, 2, "NHWC", null, laps);

    assertThat(row.breakEven()).isBetween(0.5, 0.9);
    assertThat(row.disturbed()).isFalse();
    assertThat(row.cells())
        .containsExactly(
            "fc1", "4→8", "2.00 NHWC", "–", "4.00 (0.50×)", "1.00 (2.00×)", "76.7 %", "50 %");
  }

  @Test
  void timesTakenOnADisturbedMachineAreMarked() {
    var layer = ProductLayer.of(Models.named("mlp:8", Shape.features(4), 2)).getFirst();
    var laps =
        List.of(new LayerRow.Lap(0.5, 2, 1, 2, 1.9, 2.1), new LayerRow.Lap(0.9, 3, 1, 3, 2.9, 3.1));

    var row = LayerRow.of(layer, 2, "", null, laps);

    assertThat(row.disturbed()).isTrue();
    assertThat(row.cells()).contains("1.00 (2.00×)", "1.00 (3.00×) *");
  }
}
