package org.espalier.methods.rewiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.methods.Methods;
import org.espalier.methods.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

  @Test
  void rigLFallsFromAlphaByHalfToNothing() {
    var schedule = new Schedule.Cosine(0.3, 0);
    assertThat(schedule.at(0, 25_000)).isEqualTo(0.3);
    assertThat(schedule.at(12_500, 25_000)).isCloseTo(0.15, within(1e-15));
    assertThat(schedule.at(25_000, 25_000)).isZero();
    assertThat(schedule.at(26_000, 25_000)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "250, 0.4275089", "500, 0.2525", "1000, 0.005", "2000, 0.005"})
  void itopFallsFromAHalfToHalfAPercent(long step, double expected) {
    assertThat(new Schedule.Cosine(0.5, 0.005).at(step, 1000)).isCloseTo(expected, within(1e-7));
  }

  @Test
  void powerAndConstantFollowTheirFormula() {
    assertThat(new Schedule.InversePower(0.4, 3).at(50, 100)).isCloseTo(0.05, within(1e-15));
    assertThat(new Schedule.InversePower(0.4, 3).at(100, 100)).isZero();
    assertThat(new Schedule.Constant(0.2).at(99, 100)).isEqualTo(0.2);
  }

  @ParameterizedTest
  @CsvSource({
    "drop-fraction, 1.5, method.drop-fraction 1.5: expected 0 ≤ drop-fraction ≤ 1",
    "every, 100, method.every 100: expected a length of training such as 500it or 10ep",
    "every, 0it, every 0it: expected at least 1it",
    "end, 120%, 'method.end 120%: expected a point such as 75%, 25000it or 30ep'",
    "end, soon, 'method.end soon: expected a point such as 75%, 25000it or 30ep'",
    "schedule, linear, 'method.schedule linear: expected one of cosine, constant, power'",
    "drop, smallest, 'method.drop smallest: expected one of magnitude, sign-balanced, taylor'"
  })
  void settingsThatDoNotFitAreNamed(String key, String value, String message) {
    var settings = new Settings("method", Map.of(key, value));
    assertThatThrownBy(() -> Methods.named("rigl").create(settings))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }

  @Test
  void pointsOfARunAreSharesOrLengths() {
    var settings = new Settings("method", Map.of("a", "75%", "b", "300it", "c", "2ep"));
    assertThat(RunPoint.read(settings, "a", RunPoint.percent(0)).step(1001, 50)).isEqualTo(750);
    assertThat(RunPoint.read(settings, "b", RunPoint.percent(0)).step(1001, 50)).isEqualTo(300);
    assertThat(RunPoint.read(settings, "c", RunPoint.percent(0)).step(1001, 50)).isEqualTo(100);
  }
}
