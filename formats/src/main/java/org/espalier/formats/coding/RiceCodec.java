package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * Rice codes (1979) of the gaps, behind the number of ones and that of the low bits: the rest in
 * unary, the low bits as they are.
 */
final class RiceCodec implements MaskCodec {
  private static final int WIDEST = 30;

  @Override
  public String name() {
    return "rice";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var side = RarerSide.of(mask);
    var gaps = side.gaps(mask);
    var width = width(gaps);
    var out = new ByteWriter();
    out.varint(side.ones());
    out.u8(width);
    var bits = new BitWriter();
    for (var gap : gaps) {
      bits.unary(gap >>> width);
      bits.bits(gap & ((1 << width) - 1), width);
    }
    out.bytes(bits.toBytes());
    return out.toBytes();
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var in = new ByteReader(bytes, from, to);
    var side = RarerSide.read(in, positions);
    var width = in.u8("number of low bits");
    if (width > WIDEST) {
      throw new DataFormatException("number of low bits " + width + ": expected 0 to " + WIDEST);
    }
    var bits = new BitReader(in);
    var filling = side.filling();
    for (var i = 0; i < side.count(); i++) {
      var rest = bits.unary();
      filling.gap(rest << width | bits.bits(width));
    }
    bits.requireEnd();
    return filling.mask();
  }

  /** The best there is. */
  private static int width(int[] gaps) {
    var best = 0;
    var fewest = Long.MAX_VALUE;
    for (var width = 0; width <= WIDEST; width++) {
      var bits = (1L + width) * gaps.length;
      for (var gap : gaps) {
        bits += gap >>> width;
      }
      if (bits < fewest) {
        fewest = bits;
        best = width;
      }
    }
    return best;
  }
}
