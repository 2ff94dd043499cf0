package org.espalier.methods.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.methods.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerRulesTest {
  private static final Network LENET = Models.named("lenet-5", new Shape(1, 28, 28), 10);

  @Test
  void theMostSpecificPatternDecides() {
    var rules = rules(Map.of("*", 0.1, "conv*", 0.2, "conv2", 0.3, "fc3.weight", "dense"));
    assertThat(rules.resolve(LENET))
        .containsEntry("conv1.weight", new LayerShare.Density(0.2))
        .containsEntry("conv2.weight", new LayerShare.Density(0.3))
        .containsEntry("fc1.weight", new LayerShare.Density(0.1))
        .containsEntry("fc3.weight", LayerShare.DENSE);
  }

  @Test
  void equallySpecificPatternsAreAnError() {
    var rules = rules(Map.of("con*1", 0.2, "*onv1", 0.3));
    assertThatThrownBy(() -> rules.resolve(LENET))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("conv1.weight");
  }

  @Test
  void patternsThatMatchNothingNameTheNearestLayers() {
    assertThatThrownBy(() -> rules(Map.of("fc9", 0.2)).resolve(LENET))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("method.densities.fc9: matches no layer; did you mean fc1?");
  }

  @Test
  void biasesAndNormalisationAreNeverPruned() {
    assertThatThrownBy(() -> rules(Map.of("fc1.bias", 0.2)).resolve(LENET))
        .hasMessageContaining("never pruned");
    var resnet = Models.named("resnet-20", new Shape(3, 32, 32), 10);
    assertThatThrownBy(() -> rules(Map.of("*bn*", 0.2)).resolve(resnet))
        .hasMessageContaining("never pruned");
  }

  @Test
  void countsAreWrittenWithTheirUnit() {
    assertThat(rules(Map.of("fc1", "5_000nnz")).resolve(LENET))
        .containsEntry("fc1.weight", new LayerShare.NonZeros(5000));
  }

  @ParameterizedTest
  @CsvSource({"0", "1.5", "-1", "much", "0nnz", "manynnz"})
  void sharesOutsideTheirRangeNameTheKey(String share) {
    assertThatThrownBy(() -> rules(Map.of("fc1", share)))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("method.densities.fc1 " + share);
  }

  private static LayerRules rules(Map<String, Object> densities) {
    return LayerRules.read(
        new Settings("method", Map.of("densities", new LinkedHashMap<>(densities))));
  }
}
