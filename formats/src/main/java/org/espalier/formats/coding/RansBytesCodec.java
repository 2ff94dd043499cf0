package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * {@link Rans} over the bytes of the bitmap, behind their table: that of independent positions, or
 * one that was counted where it pays, because positions of a byte have to do with each other.
 */
final class RansBytesCodec implements MaskCodec {

  @Override
  public String name() {
    return "rans-bytes";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var bytes = BitmapCodec.packed(mask);
    return Rans.encodeBest(bytes, FrequencyTable.bernoulli(BernoulliCodec.probability(mask)));
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var packed = Rans.decode(bytes, from, to, BitmapCodec.bytes(positions));
    return BitmapCodec.unpacked(packed, 0, positions);
  }
}
