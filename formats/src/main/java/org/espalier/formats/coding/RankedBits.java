package org.espalier.formats.coding;

import java.util.function.IntUnaryOperator;

/** Bits in which the n-th one and the n-th zero are found fast: counts every 512 bits. */
final class RankedBits {
  private static final int BLOCK = 8; // words

  private final long[] words;
  private final int[] onesBefore; // each block, and after the last

  RankedBits(long[] words) {
    this.words = words;
    onesBefore = new int[(words.length + BLOCK - 1) / BLOCK + 1];
    for (var i = 0; i < words.length; i++) {
      onesBefore[i / BLOCK + 1] += Long.bitCount(words[i]);
    }
    for (var block = 1; block < onesBefore.length; block++) {
      onesBefore[block] += onesBefore[block - 1];
    }
  }

  long[] words() {
    return words;
  }

  int ones() {
    return onesBefore[onesBefore.length - 1];
  }

  boolean contains(long bit) {
    return (words[(int) (bit >>> 6)] >>> bit & 1) != 0;
  }

  /** Where the one is that has so many ones before it. */
  long one(int rank) {
    return find(rank, block -> onesBefore[block], 0);
  }

  /** Where the zero is that has so many zeros before it; bits beyond the end are zeros. */
  long zero(int rank) {
    return find(rank, block -> block * BLOCK * Long.SIZE - onesBefore[block], -1);
  }

  private long find(int rank, IntUnaryOperator before, long flip) {
    var low = 0;
    for (var high = onesBefore.length - 1; high - low > 1; ) {
      var middle = (low + high) >>> 1;
      if (before.applyAsInt(middle) <= rank) {
        low = middle;
      } else {
        high = middle;
      }
    }
    var left = rank - before.applyAsInt(low);
    for (var i = low * BLOCK; ; i++) {
      var word = words[i] ^ flip;
      var count = Long.bitCount(word);
      if (left < count) {
        for (; left > 0; left--) {
          word &= word - 1;
        }
        return 64L * i + Long.numberOfTrailingZeros(word);
      }
      left -= count;
    }
  }
}
