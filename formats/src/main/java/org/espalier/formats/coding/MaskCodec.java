package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/** A way to store a mask in few bytes; {@link MaskCodecs} has them all. */
public sealed interface MaskCodec
    permits BitmapCodec,
        EliasFanoCodec,
        RansBytesCodec,
        RansGapsCodec,
        GolombCodec,
        RiceCodec,
        BernoulliCodec,
        AdaptiveCodec {

  /** What files call it. */
  String name();

  /** A mask as bytes; the number of its positions is not among them. */
  byte[] encode(Bitmap mask);

  /**
   * A mask from part of an array. Memory is taken for the positions, whatever the bytes say.
   *
   * @param from first byte of it
   * @param to its end; nothing from here on is read
   * @param positions of the mask that was encoded
   * @throws DataFormatException if the bytes are no mask of so many positions
   */
  Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException;

  /** {@link #decode(byte[], int, int, int)} of a whole array. */
  default Bitmap decode(byte[] bytes, int positions) throws DataFormatException {
    return decode(bytes, 0, bytes.length, positions);
  }
}
