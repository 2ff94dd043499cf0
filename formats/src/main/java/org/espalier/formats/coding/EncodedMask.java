package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * A mask as a codec encoded it.
 *
 * @param positions of the mask
 */
public record EncodedMask(MaskCodec codec, int positions, byte[] bytes) {

  /**
   * The mask.
   *
   * @throws DataFormatException if the bytes are no mask of this codec
   */
  public Bitmap decode() throws DataFormatException {
    return codec.decode(bytes, positions);
  }
}
