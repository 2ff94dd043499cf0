package org.espalier.formats;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/**
 * What a model file holds.
 *
 * @param metadata free text by key, such as the recipe and where the model comes from; {@link
 *     ModelMetadata} knows some of them
 */
public record Model(Network network, Parameters parameters, Map<String, String> metadata) {
  public Model {
    metadata = Map.copyOf(metadata);
  }

  /**
   * Reads a model file of any {@link ModelFormat}, which its content tells, not its name.
   *
   * @throws org.espalier.engine.EspalierException naming the file, what was found and what was
   *     expected
   */
  public static Model read(Path file) {
    return ModelFormat.of(file).read(file);
  }
}
