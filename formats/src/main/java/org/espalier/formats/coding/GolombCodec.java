package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * Golomb codes (1966) of the gaps, behind the number of ones, from which the divisor follows: the
 * quotient in unary, the remainder in truncated binary.
 */
final class GolombCodec implements MaskCodec {
  private static final long LN2 = 45_426; // in 1/65536

  @Override
  public String name() {
    return "golomb";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var side = RarerSide.of(mask);
    var out = new ByteWriter();
    out.varint(side.ones());
    var divisor = divisor(side);
    var bits = new BitWriter();
    for (var gap : side.gaps(mask)) {
      bits.unary(gap / divisor);
      divide(bits, gap % divisor, divisor);
    }
    out.bytes(bits.toBytes());
    return out.toBytes();
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var in = new ByteReader(bytes, from, to);
    var side = RarerSide.read(in, positions);
    var divisor = divisor(side);
    var bits = new BitReader(in);
    var filling = side.filling();
    for (var i = 0; i < side.count(); i++) {
      filling.gap(bits.unary() * divisor + remainder(bits, divisor));
    }
    bits.requireEnd();
    return filling.mask();
  }

  /** Remainders below 2^width − divisor take a bit less than the width, the others all of it. */
  private static void divide(BitWriter bits, int remainder, int divisor) {
    var width = width(divisor);
    var shorter = (1 << width) - divisor;
    if (width == 0) {
      return;
    }
    if (remainder < shorter) {
      bits.bits(remainder, width - 1);
    } else {
      bits.bits((remainder + shorter) >>> 1, width - 1);
      bits.bits((remainder + shorter) & 1, 1);
    }
  }

  private static int remainder(BitReader bits, int divisor) throws DataFormatException {
    var width = width(divisor);
    if (width == 0) {
      return 0;
    }
    var shorter = (1 << width) - divisor;
    var remainder = bits.bits(width - 1);
    return remainder < shorter ? remainder : 2 * remainder + bits.bits(1) - shorter;
  }

  private static int width(int divisor) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(divisor - 1);
  }

  /** ln 2 · (n/k − ½), which is −1/log₂(1 − k/n) but for higher terms; rounded, at least 1. */
  private static int divisor(RarerSide side) {
    if (side.count() == 0) {
      return 1;
    }
    var unit = (long) side.count() << 17;
    return (int) Math.max(1, (LN2 * (2L * side.positions() - side.count()) + unit / 2) / unit);
  }
}
