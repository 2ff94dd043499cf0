package org.espalier.formats;

import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/**
 * What a model file holds.
 *
 * @param metadata free text by key, such as the recipe and where the model comes from
 */
public record Model(Network network, Parameters parameters, Map<String, String> metadata) {
  public Model {
    metadata = Map.copyOf(metadata);
  }
}
