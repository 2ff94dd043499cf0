package org.espalier.methods;

import java.util.function.Function;
import org.espalier.engine.parameter.Storage;
import org.espalier.methods.settings.Settings;

/**
 * One method as the catalogue lists it.
 *
 * @param storage how the parameters with a topology are stored
 * @param paper citation with arXiv number where there is one
 * @param reader makes the method of its settings
 */
public record MethodEntry(
    String name,
    String family,
    Storage storage,
    String paper,
    String summary,
    Function<Settings, Method> reader) {

  /**
   * The method with these settings, of which every key must be known.
   *
   * @throws org.espalier.engine.EspalierException naming the first key that does not fit
   */
  public Method create(Settings settings) {
    var method = reader.apply(settings);
    settings.requireAllKnown();
    return method;
  }
}
