package org.espalier.engine.executor;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tiling in which a product of a sparse layer runs from now on.
 *
 * @param layer name of its node
 * @param product which of its products
 * @param density fraction of its weights that are active
 * @param millis of the best run in each tiling that competed
 * @param tiling the one that was chosen
 * @param cached whether an earlier process has measured it
 */
public record TilingChoice(
    String layer,
    String product,
    double density,
    Map<String, Double> millis,
    String tiling,
    boolean cached) {

  /** One line for the user. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s, density %.3f: %s, %s (%s)",
        layer,
        product,
        density,
        tiling,
        cached ? "cached" : "measured",
        millis.entrySet().stream()
            .map(it -> String.format(Locale.ROOT, "%s %.3f ms", it.getKey(), it.getValue()))
            .collect(Collectors.joining(", ")));
  }
}
