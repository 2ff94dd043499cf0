package org.espalier.app.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.methods.Method;
import org.espalier.methods.Methods;
import org.espalier.methods.settings.Settings;

/**
 * Which method trains the network, with the settings the recipe gives it.
 *
 * @param settings by name, without {@code name} itself; what the method has and the recipe leaves
 *     out keeps the default of its paper
 */
public record MethodChoice(String name, Map<String, Object> settings) {
  private static final String NAME = "name";

  public MethodChoice {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * The method itself.
   *
   * @throws EspalierException for an unknown name, or a setting the method does not have
   */
  public Method method() {
    return Methods.named(name).create(new Settings("method", settings));
  }

  /** The same choice with every setting the method reads. */
  MethodChoice resolved() {
    var read = new Settings("method", settings);
    Methods.named(name).create(read);
    return new MethodChoice(name, read.resolved());
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MethodChoice of(Map<String, Object> keys) {
    if (!(keys.get(NAME) instanceof String name)) {
      throw new EspalierException("method.name: expected the name of a method");
    }
    var settings = new LinkedHashMap<>(keys);
    settings.remove(NAME);
    return new MethodChoice(name, settings);
  }

  @JsonValue
  Map<String, Object> keys() {
    var keys = new LinkedHashMap<String, Object>();
    keys.put(NAME, name);
    keys.putAll(settings);
    return keys;
  }
}
