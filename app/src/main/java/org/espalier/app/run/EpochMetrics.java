package org.espalier.app.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.EspalierException;

/**
 * What was measured at the end of one epoch: a line of {@code metrics.jsonl}.
 *
 * @param epoch from 1
 * @param iteration batches consumed since the start of training
 * @param measures by name, such as {@code train_loss} and {@code test_accuracy}
 */
public record EpochMetrics(int epoch, long iteration, Map<String, Double> measures) {
  private static final String EPOCH = "epoch";
  private static final String ITERATION = "iteration";

  public EpochMetrics {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }

  public boolean has(String measure) {
    return measures.containsKey(measure);
  }

  /** One measure that was taken. */
  public double measure(String name) {
    var value = measures.get(name);
    if (value == null) {
      throw new EspalierException("epoch " + epoch + " has no " + name + " among " + measures);
    }
    return value;
  }

  @JsonValue
  Map<String, Number> keys() {
    var keys = new LinkedHashMap<String, Number>();
    keys.put(EPOCH, epoch);
    keys.put(ITERATION, iteration);
    keys.putAll(plainMeasures());
    return keys;
  }

  /** The measures as one writes them. */
  Map<String, Number> plainMeasures() {
    var plain = new LinkedHashMap<String, Number>();
    measures.forEach((name, value) -> plain.put(name, plain(value)));
    return plain;
  }

  /** Counts without a decimal point. */
  private static Number plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 0x1p53
        ? (Number) (long) value
        : (Number) value;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static EpochMetrics of(Map<String, Double> keys) {
    var epoch = keys.get(EPOCH);
    var iteration = keys.get(ITERATION);
    if (epoch == null || iteration == null) {
      throw new EspalierException("expected the keys epoch and iteration");
    }
    var measures = new LinkedHashMap<>(keys);
    measures.remove(EPOCH);
    measures.remove(ITERATION);
    return new EpochMetrics(epoch.intValue(), iteration.longValue(), measures);
  }
}
