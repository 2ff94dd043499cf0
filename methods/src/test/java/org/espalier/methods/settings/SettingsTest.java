package org.espalier.methods.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.methods.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @ParameterizedTest
  @CsvSource({
    "sparsity, 1.5, method.sparsity 1.5: expected 0 ≤ sparsity < 1",
    "sparsity, -1, method.sparsity -1: expected 0 ≤ sparsity < 1",
    "sparsity, NaN, method.sparsity NaN: expected 0 ≤ sparsity < 1",
    "sparsity, high, method.sparsity high: expected a number",
    "sparsty, 0.9, 'method.sparsty: unknown key; did you mean sparsity?'",
    "power-scale, -1, method.power-scale -1: expected 0 ≤ power-scale",
    "nnz, 1.5, method.nnz 1.5: expected a whole number",
    "rounding, up, 'method.rounding up: expected one of exact, floor'",
    "distribution, ER, 'method.distribution ER: expected one of uniform, uniform+, er, erk, erk+'",
    "depthwise-dense, maybe, method.depthwise-dense maybe: expected true or false",
    "densities, 3, method.densities 3: expected a map"
  })
  void whatDoesNotFitIsNamedWithWhatWasExpected(String key, String value, String message) {
    var settings = new Settings("method", Map.of(key, value));
    assertThatThrownBy(() -> Methods.named("static-random").create(settings))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void everyKeyReadIsResolvedWithItsDefault() {
    var settings = new Settings("method", Map.of("sparsity", "0.95"));
    Methods.named("static-random").create(settings);
    assertThat(settings.resolved())
        .containsEntry("sparsity", 0.95)
        .containsEntry("distribution", "erk")
        .containsEntry("power-scale", 1.0)
        .containsEntry("depthwise-dense", true)
        .containsEntry("rounding", "exact");
  }

  @Test
  void resolvedSettingsReadBackAsTheSameMethod() {
    for (var entry : Methods.all()) {
      var settings = new Settings("method", Map.of());
      var method = entry.create(settings);
      assertThat(entry.create(new Settings("method", settings.resolved()))).isEqualTo(method);
    }
  }

  @Test
  void unknownMethodsNameTheNearest() {
    assertThatThrownBy(() -> Methods.named("static-rnadom"))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("unknown method 'static-rnadom'; did you mean static-random?");
  }

  @Test
  void denseTakesNoSettings() {
    for (var key : List.of("sparsity", "block")) {
      assertThatThrownBy(
              () -> Methods.named("dense").create(new Settings("method", Map.of(key, "0.9"))))
          .hasMessage("method." + key + ": method dense keeps all weights, expected no " + key);
    }
  }
}
