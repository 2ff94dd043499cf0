package org.espalier.formats.coding;

import java.util.Arrays;
import java.util.Objects;

/**
 * A mask: a bit for every position, such as which weights of a tensor are there.
 *
 * <p>Position i is bit i mod 64, counted from the lowest, of word i / 64; bits beyond the last
 * position are zero.
 */
public final class Bitmap {
  private final int positions;
  private final long[] words;

  /**
   * A mask over an array, which is not copied.
   *
   * @param words as many as the positions need, nothing set beyond them
   */
  public Bitmap(int positions, long[] words) {
    if (positions < 0 || words.length != words(positions)) {
      throw new IllegalArgumentException(
          words.length + " words for " + positions + " positions: expected " + words(positions));
    }
    if (positions % Long.SIZE != 0 && words[words.length - 1] >>> positions != 0) {
      throw new IllegalArgumentException("bits set beyond position " + (positions - 1));
    }
    this.positions = positions;
    this.words = words;
  }

  /**
   * The mask with ones at these positions, in any order.
   *
   * @throws IndexOutOfBoundsException if one is not 0 to {@code positions} − 1
   */
  public static Bitmap of(int positions, int... ones) {
    var words = new long[words(positions)];
    for (var one : ones) {
      Objects.checkIndex(one, positions);
      words[one >>> 6] |= 1L << one;
    }
    return new Bitmap(positions, words);
  }

  /** Words that so many positions need. */
  public static int words(int positions) {
    return (int) ((positions + 63L) >>> 6);
  }

  /** How many positions there are, ones or not. */
  public int positions() {
    return positions;
  }

  /** The bits themselves, not a copy. */
  public long[] words() {
    return words;
  }

  /** How many positions are ones. */
  public int count() {
    var count = 0;
    for (var word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** Whether a position is a one. */
  public boolean contains(int position) {
    Objects.checkIndex(position, positions);
    return (words[position >>> 6] >>> position & 1) != 0;
  }

  /** The positions of the ones, ascending. */
  public int[] ones() {
    var ones = new int[count()];
    var next = 0;
    for (var i = 0; i < words.length; i++) {
      for (var word = words[i]; word != 0; word &= word - 1) {
        ones[next++] = (i << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return ones;
  }

  /** The mask whose ones are the zeros of this. */
  public Bitmap inverted() {
    var inverted = new long[words.length];
    for (var i = 0; i < words.length; i++) {
      inverted[i] = ~words[i];
    }
    if (positions % Long.SIZE != 0) {
      inverted[words.length - 1] &= (1L << positions) - 1;
    }
    return new Bitmap(positions, inverted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bitmap that
        && positions == that.positions
        && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return 31 * positions + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return count() + " of " + positions + " positions";
  }
}
