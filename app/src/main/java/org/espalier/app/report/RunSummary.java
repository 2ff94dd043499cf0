package org.espalier.app.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.espalier.engine.network.NetworkTable;

/**
 * What a finished run has to tell, as its files hold it.
 *
 * @param recipe the resolved recipe, YAML
 * @param figures of the result, by name; those that are absent are left out of the report
 * @param network layer by layer, with the non-zeros it ended with
 */
public record RunSummary(
    String recipe,
    Figures figures,
    List<Epoch> epochs,
    List<LayerDensity> layers,
    NetworkTable network) {

  /**
   * One epoch.
   *
   * @param number from 1
   * @param measures by name, such as {@code train_loss} and {@code test_accuracy}
   */
  public record Epoch(int number, Map<String, Double> measures) {
    public Epoch {
      measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }
  }

  /** Density of one prunable parameter, as asked for and as it is. */
  public record LayerDensity(String parameter, double requested, double realised) {}

  public RunSummary {
    epochs = List.copyOf(epochs);
    layers = List.copyOf(layers);
  }

  /** A figure that is a number. */
  OptionalDouble number(String name) {
    return figures.number(name);
  }

  /** {@code " on "} and what computed; nothing where that is not known. */
  String onEngine() {
    return figures.engine().map(engine -> " on " + engine).orElse("");
  }

  /** Whether all of them are there, as numbers. */
  boolean has(String... names) {
    return List.of(names).stream().allMatch(name -> number(name).isPresent());
  }

  /** A figure of any kind as text, a dash if there is none. */
  String text(String name) {
    var value = figures.values().get(name);
    return value == null ? Quantity.NONE : value.toString();
  }
}
