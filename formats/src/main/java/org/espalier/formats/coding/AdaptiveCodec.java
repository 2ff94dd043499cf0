package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * The range coder with two {@link AdaptiveBit}s: one for positions behind a zero, the first one
 * among them, and one for positions behind a one.
 */
final class AdaptiveCodec implements MaskCodec {

  @Override
  public String name() {
    return "range-adaptive";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var models = models();
    var encoder = new RangeEncoder();
    var before = 0;
    for (var i = 0; i < mask.positions(); i++) {
      var bit = (int) (mask.words()[i >>> 6] >>> i & 1);
      models[before].encode(encoder, bit);
      before = bit;
    }
    return encoder.finish();
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var models = models();
    var decoder = new RangeDecoder(bytes, from, to);
    var words = new long[Bitmap.words(positions)];
    var before = 0;
    for (var i = 0; i < positions; i++) {
      before = models[before].decode(decoder);
      words[i >>> 6] |= (long) before << i;
    }
    decoder.requireEnd();
    return new Bitmap(positions, words);
  }

  private static AdaptiveBit[] models() {
    return new AdaptiveBit[] {new AdaptiveBit(), new AdaptiveBit()};
  }
}
