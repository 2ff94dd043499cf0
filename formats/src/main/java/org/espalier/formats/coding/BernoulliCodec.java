package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/** The range coder, position by position, with one probability for all of them, stored before. */
final class BernoulliCodec implements MaskCodec {
  private static final int UNIT = 1 << RangeEncoder.PROBABILITY_BITS;

  @Override
  public String name() {
    return "range-static";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var probability = probability(mask);
    var out = new ByteWriter();
    out.u16(probability);
    var encoder = new RangeEncoder();
    for (var i = 0; i < mask.positions(); i++) {
      encoder.encode((int) (mask.words()[i >>> 6] >>> i & 1), probability);
    }
    out.bytes(encoder.finish());
    return out.toBytes();
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var in = new ByteReader(bytes, from, to);
    var probability = in.u16("probability");
    if (probability == 0) {
      throw new DataFormatException("probability 0: expected 1 to 65535");
    }
    var decoder = new RangeDecoder(bytes, in.next(), to);
    var words = new long[Bitmap.words(positions)];
    for (var i = 0; i < positions; i++) {
      words[i >>> 6] |= (long) decoder.decode(probability) << i;
    }
    decoder.requireEnd();
    return new Bitmap(positions, words);
  }

  /** The share of ones in 1/65536, to the nearest that can be coded. */
  static int probability(Bitmap mask) {
    var positions = Math.max(1L, mask.positions());
    return Math.clamp((mask.count() * (long) UNIT + positions / 2) / positions, 1, UNIT - 1);
  }
}
