package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/**
 * The ones of a mask, or its zeros where these are fewer: what codecs of positions store, behind
 * the number of ones.
 *
 * @param ones of the mask
 * @param count of the positions stored
 */
record RarerSide(int positions, int ones, int count) {

  static RarerSide of(Bitmap mask) {
    return of(mask.positions(), mask.count());
  }

  static RarerSide read(ByteReader in, int positions) throws DataFormatException {
    return of(positions, in.varint("number of ones", positions));
  }

  private static RarerSide of(int positions, int ones) {
    return new RarerSide(positions, ones, Math.min(ones, positions - ones));
  }

  /** From the mask to the side, or back. */
  Bitmap turned(Bitmap mask) {
    return ones == count ? mask : mask.inverted();
  }

  /** How many positions lie between each stored one and the one before it. */
  int[] gaps(Bitmap mask) {
    var gaps = turned(mask).ones();
    for (var i = gaps.length - 1; i > 0; i--) {
      gaps[i] -= gaps[i - 1] + 1;
    }
    return gaps;
  }

  /** A mask that grows one stored position at a time. */
  Filling filling() {
    return new Filling();
  }

  /** Takes gaps and checks that they stay inside. */
  final class Filling {
    private final long[] words = new long[Bitmap.words(positions)];
    private long next;

    void gap(long gap) throws DataFormatException {
      var position = next + gap;
      if (position >= positions) {
        throw new DataFormatException("position " + position + ": expected less than " + positions);
      }
      words[(int) (position >>> 6)] |= 1L << position;
      next = position + 1;
    }

    Bitmap mask() {
      return turned(new Bitmap(positions, words));
    }
  }
}
