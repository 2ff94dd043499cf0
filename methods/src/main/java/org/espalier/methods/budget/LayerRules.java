package org.espalier.methods.budget;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.methods.settings.Settings;

/**
 * Shares that a user fixes for single layers, by name or pattern.
 *
 * <p>A pattern is the name of a parameter ({@code fc1.weight}) or of its node ({@code fc1}), with
 * {@code *} for any characters and {@code ?} for one. Of several patterns that match a layer the
 * one with the most literal characters decides, a full name before any pattern; a tie is an error,
 * and so is a pattern that matches no prunable layer.
 */
public record LayerRules(Map<String, LayerShare> byPattern) {
  private static final String KEY = "densities";
  private static final String PLACE = "method." + KEY; // in a recipe

  public LayerRules {
    byPattern = Collections.unmodifiableMap(new LinkedHashMap<>(byPattern));
  }

  /** Reads the map {@code densities}. */
  static LayerRules read(Settings settings) {
    var rules = new LinkedHashMap<String, LayerShare>();
    settings
        .map(KEY)
        .forEach(
            (pattern, value) ->
                rules.put(pattern, LayerShare.read(settings.path(KEY) + "." + pattern, value)));
    return new LayerRules(rules);
  }

  /**
   * The shares fixed for the layers of {@code network}, by the names of their weights.
   *
   * @throws EspalierException if a pattern matches nothing or two are equally specific
   */
  Map<String, LayerShare> resolve(Network network) {
    byPattern.keySet().forEach(pattern -> requireMatch(pattern, network));
    var resolved = new LinkedHashMap<String, LayerShare>();
    for (var spec : network.prunable()) {
      deciding(spec).ifPresent(pattern -> resolved.put(spec.name(), share(pattern)));
    }
    return resolved;
  }

  private Optional<String> deciding(ParameterSpec spec) {
    var best = new ArrayList<String>();
    for (var pattern : byPattern.keySet()) {
      if (matches(pattern, spec)) {
        var difference = best.isEmpty() ? 1 : weight(pattern, spec) - weight(best.getFirst(), spec);
        if (difference > 0) {
          best.clear();
        }
        if (difference >= 0) {
          best.add(pattern);
        }
      }
    }
    if (best.stream().map(this::share).distinct().count() > 1) {
      throw new EspalierException(
          PLACE
              + ": "
              + String.join(" and ", best)
              + " both match "
              + spec.name()
              + " and none is more specific; name the layer itself");
    }
    return best.stream().findFirst();
  }

  private LayerShare share(String pattern) {
    return byPattern.getOrDefault(pattern, LayerShare.DENSE);
  }

  private static void requireMatch(String pattern, Network network) {
    var prunable = network.prunable();
    if (prunable.stream().anyMatch(spec -> matches(pattern, spec))) {
      return;
    }
    if (network.parameters().stream().anyMatch(spec -> matches(pattern, spec))) {
      throw new EspalierException(
          PLACE + "." + pattern + ": matches biases or normalisation only, which are never pruned");
    }
    var layers = prunable.stream().map(ParameterSpec::node).toList();
    throw new EspalierException(
        PLACE + "." + pattern + ": matches no layer" + Nearest.suggestion(pattern, layers));
  }

  private static boolean matches(String pattern, ParameterSpec spec) {
    var regex =
        List.of(pattern.split("", -1)).stream()
            .map(c -> c.equals("*") ? ".*" : c.equals("?") ? "." : Pattern.quote(c))
            .collect(Collectors.joining());
    return spec.name().matches(regex) || spec.node().matches(regex);
  }

  /** Literal characters of a pattern; a name without wildcards is beyond any pattern. */
  private static int weight(String pattern, ParameterSpec spec) {
    return pattern.equals(spec.name()) || pattern.equals(spec.node())
        ? Integer.MAX_VALUE
        : (int) pattern.chars().filter(c -> c != '*' && c != '?').count();
  }
}
