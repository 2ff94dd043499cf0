package org.espalier.formats.coding;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Masks for tests. */
final class Masks {
  private Masks() {}

  /** Independent positions. */
  static Bitmap random(int positions, double density, long seed) {
    var random = new SplittableRandom(seed);
    return where(positions, _ -> random.nextDouble() < density);
  }

  static Bitmap where(int positions, IntPredicate one) {
    var words = new long[Bitmap.words(positions)];
    for (var i = 0; i < positions; i++) {
      if (one.test(i)) {
        words[i >>> 6] |= 1L << i;
      }
    }
    return new Bitmap(positions, words);
  }

  /** Masks that are far from independent positions, by what they are. */
  static Map<String, Bitmap> adversarial(int positions) {
    var masks = new LinkedHashMap<String, Bitmap>();
    masks.put("first only", where(positions, i -> i == 0));
    masks.put("last only", where(positions, i -> i == positions - 1));
    masks.put("first and last", where(positions, i -> i == 0 || i == positions - 1));
    masks.put("all but the last", where(positions, i -> i != positions - 1));
    masks.put("every other", where(positions, i -> i % 2 == 1));
    masks.put("first half", where(positions, i -> i < positions / 2));
    masks.put("second half", where(positions, i -> i >= positions / 2));
    masks.put("one in 64, together", where(positions, i -> i < positions / 64));
    masks.put(
        "one in 100, a long gap between",
        where(positions, i -> i % 200 < 2 && i * 3L % positions < positions / 2));
    masks.put("blocks of 9 rows", where(positions, i -> i / 9 % 10 == 0));
    masks.put("powers of two", where(positions, i -> Integer.bitCount(i) == 1));
    return masks;
  }
}
