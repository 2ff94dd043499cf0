package org.espalier.data;

import org.espalier.engine.random.RandomStream;

/** Random permutations. */
public final class Shuffle {
  private Shuffle() {}

  /**
   * Puts {@code values} into a uniformly random order (Fisher and Yates, in Durstenfeld's form).
   */
  public static void shuffle(int[] values, RandomStream random) {
    for (var i = values.length - 1; i > 0; i--) {
      var j = random.nextInt(i + 1);
      var value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
