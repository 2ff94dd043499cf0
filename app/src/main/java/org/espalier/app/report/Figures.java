package org.espalier.app.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Footprint;

/** The figures of a run by name, in the order in which they are told; any of them may be absent. */
public record Figures(Map<String, Object> values) {
  private static final List<String> MEMORY =
      List.of(
          "parameter_bytes",
          "gradient_bytes",
          "optimizer_bytes",
          "index_bytes",
          "activation_bytes");

  public Figures {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A figure that is a number. */
  public OptionalDouble number(String name) {
    return values.get(name) instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** A figure that is a text. */
  public Optional<String> text(String name) {
    return values.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** What computed: {@code cpu}, or such as {@code torch on cuda in bfloat16}. */
  public Optional<String> engine() {
    return text("engine")
        .map(
            name ->
                name.equals(CpuEngine.NAME)
                    ? name
                    : name
                        + text("device").map(device -> " on " + device).orElse("")
                        + text("precision").map(precision -> " in " + precision).orElse(""));
  }

  /**
   * Bytes by purpose, if all of them are there.
   *
   * @param prefix empty for what the run held, {@code dense_} for what the dense network would hold
   */
  public Optional<Footprint> memory(String prefix) {
    var bytes =
        MEMORY.stream().map(name -> number(prefix + name)).flatMapToDouble(OptionalDouble::stream);
    var found = bytes.mapToLong(figure -> (long) figure).toArray();
    return found.length < MEMORY.size()
        ? Optional.empty()
        : Optional.of(new Footprint(found[0], found[1], found[2], found[3], found[4]));
  }

  /** The figures that {@link #memory(String)} reads. */
  public static Map<String, Long> of(String prefix, Footprint bytes) {
    var values =
        List.of(
            bytes.values(),
            bytes.gradients(),
            bytes.optimizer(),
            bytes.indices(),
            bytes.activations());
    var figures = new LinkedHashMap<String, Long>();
    for (var i = 0; i < MEMORY.size(); i++) {
      figures.put(prefix + MEMORY.get(i), values.get(i));
    }
    return figures;
  }
}
