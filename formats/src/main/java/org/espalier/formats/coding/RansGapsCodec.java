package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * Gaps, with their low bits as they are and the rest by {@link Rans}; behind the number of ones,
 * that of the low bits, and that of rests of 255, which mean 255 and the next one more.
 *
 * <p>Low bits are so few that their values come equally often but for little: the mean gap is 8 to
 * 16 times their range.
 */
final class RansGapsCodec implements MaskCodec {
  private static final int MORE = 255;
  private static final int WIDEST = 28;

  @Override
  public String name() {
    return "rans-gaps";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var side = RarerSide.of(mask);
    var gaps = side.gaps(mask);
    var width = width(side);
    var escapes = 0;
    for (var gap : gaps) {
      escapes += (gap >>> width) / MORE;
    }
    var out = new ByteWriter();
    out.varint(side.ones());
    out.u8(width);
    out.varint(escapes);
    out.bytes(low(gaps, width));
    var rests = rests(gaps, width, escapes);
    out.bytes(Rans.encodeBest(rests, FrequencyTable.geometric(share(rests))));
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
    var escapes = in.varint("number of long gaps", (positions >>> width) / MORE);
    var low = new BitReader(in.part("low bits", ((long) width * side.count() + 7) / Byte.SIZE));
    var rests = Rans.decode(bytes, in.next(), to, side.count() + escapes);
    var filling = side.filling();
    var rest = 0L;
    for (var symbol : rests) {
      rest += symbol & 0xff;
      if (symbol != (byte) MORE) {
        filling.gap(rest << width | low.bits(width));
        rest = 0;
      }
    }
    low.requireEnd();
    return filling.mask();
  }

  private static byte[] low(int[] gaps, int width) {
    var low = new BitWriter();
    for (var gap : gaps) {
      low.bits(gap & ((1 << width) - 1), width);
    }
    return low.toBytes();
  }

  private static byte[] rests(int[] gaps, int width, int escapes) {
    var rests = new byte[gaps.length + escapes];
    var next = 0;
    for (var gap : gaps) {
      var rest = gap >>> width;
      for (; rest >= MORE; rest -= MORE) {
        rests[next++] = (byte) MORE;
      }
      rests[next++] = (byte) rest;
    }
    return rests;
  }

  /** Low bits: ⌊log₂(mean gap / 8)⌋, at least 0. */
  private static int width(RarerSide side) {
    var mean = side.count() == 0 ? 0 : (side.positions() - side.count()) / side.count();
    return Math.max(0, 28 - Integer.numberOfLeadingZeros(mean | 1));
  }

  /** The most likely parameter: one rest of 1 + mean is 0. In 1/65536. */
  private static int share(byte[] rests) {
    var sum = Math.max(1L, rests.length);
    for (var rest : rests) {
      sum += rest & 0xff;
    }
    return Math.clamp((((long) rests.length << 16) + sum / 2) / sum, 1, 65535);
  }
}
