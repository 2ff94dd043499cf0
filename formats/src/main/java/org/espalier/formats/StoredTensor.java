package org.espalier.formats;

import java.nio.file.Path;
import java.util.List;

/**
 * What one tensor of a network takes in a file.
 *
 * @param name of the parameter
 * @param encoding how it is written, for people
 * @param bytes all it takes, without the header's share
 * @param maskBytes those among them that say where its weights are; 0 where nothing does, or where
 *     positions and values are coded together
 */
public record StoredTensor(String name, String encoding, long bytes, long maskBytes) {

  /**
   * The tensors of a model file of any {@link ModelFormat}, in the order of the file; parts that
   * belong to one tensor are taken together.
   */
  public static List<StoredTensor> of(Path file) {
    return ModelFormat.of(file).stored(file);
  }
}
