package org.espalier.engine.random;

import java.util.Arrays;

/**
 * A counter-based stream of random numbers: Philox 4×32-10 (Salmon, Moraes, Dror, Shaw, "Parallel
 * Random Numbers: As Easy as 1, 2, 3", SC 2011).
 *
 * <p>Not thread-safe; open one stream per task.
 */
public final class RandomStream {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private final int key0;
  private final int key1;
  private final long high;
  private long counter;
  private int word0;
  private int word1;
  private int word2;
  private int word3;
  private int unread;

  RandomStream(long key, long high) {
    this(key, high, 0);
  }

  /** Starts at block {@code counter} of 2⁶⁴. */
  RandomStream(long key, long high, long counter) {
    this.key0 = (int) key;
    this.key1 = (int) (key >>> 32);
    this.high = high;
    this.counter = counter;
  }

  /**
   * Moves to the 32-bit word of that number, counted from the start of the stream, in constant
   * time.
   */
  public void seek(long word) {
    if (word < 0) {
      throw new IllegalArgumentException("word " + word + ": expected 0 or more");
    }
    counter = word / 4;
    unread = 0;
    if (word % 4 != 0) {
      refill();
      unread -= (int) (word % 4);
    }
  }

  /** 32 uniform bits. */
  public int nextInt() {
    if (unread == 0) {
      refill();
    }
    return switch (unread--) {
      case 4 -> word0;
      case 3 -> word1;
      case 2 -> word2;
      default -> word3;
    };
  }

  /** 64 uniform bits. */
  public long nextLong() {
    return ((long) nextInt() << 32) ^ (nextInt() & 0xFFFFFFFFL);
  }

  /** Uniform in [0, bound), without bias (Lemire 2019). */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + ": expected a positive number");
    }
    var product = (nextInt() & 0xFFFFFFFFL) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      var threshold = (1L << 32) % bound;
      while ((product & 0xFFFFFFFFL) < threshold) {
        product = (nextInt() & 0xFFFFFFFFL) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** Uniform in [0, bound), without bias, for bounds beyond the range of int. */
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + ": expected a positive number");
    }
    var limit = Long.MAX_VALUE - Long.MAX_VALUE % bound;
    var bits = nextLong() >>> 1;
    while (bits >= limit) {
      bits = nextLong() >>> 1;
    }
    return bits % bound;
  }

  /** Uniform in [0, 1), 24 bits. */
  public float nextFloat() {
    return (nextInt() >>> 8) * 0x1p-24f;
  }

  /** Uniform in [0, 1), 53 bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Standard normal, by Box and Muller. */
  public double nextGaussian() {
    var radius = Math.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /**
   * The numbers below {@code length} in uniformly random order (Fisher and Yates, in Durstenfeld's
   * form).
   */
  public int[] permutation(int length) {
    var permutation = new int[length];
    Arrays.setAll(permutation, i -> i);
    for (var i = length - 1; i > 0; i--) {
      var j = nextInt(i + 1);
      var number = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = number;
    }
    return permutation;
  }

  /**
   * A uniformly random set of {@code count} distinct numbers below {@code bound}, ascending, in
   * memory proportional to {@code count} whatever the bound.
   */
  public long[] sample(long bound, int count) {
    if (count < 0 || count > bound) {
      throw new IllegalArgumentException(
          "a sample of " + count + " distinct numbers below " + bound + ": there are not so many");
    }
    return count > bound / 2
        ? without(distinct(bound, (int) (bound - count)), bound)
        : distinct(bound, count);
  }

  /**
   * The first {@code count} distinct numbers of an endless row of draws: all sets equally likely.
   */
  private long[] distinct(long bound, int count) {
    var chosen = new long[count];
    var known = 0;
    while (known < count) {
      for (var i = known; i < count; i++) {
        chosen[i] = nextLong(bound);
      }
      Arrays.sort(chosen, known, count);
      Arrays.sort(chosen); // merges two runs
      known = removeRepeated(chosen);
    }
    return chosen;
  }

  private static int removeRepeated(long[] ascending) {
    var kept = 1;
    for (var i = 1; i < ascending.length; i++) {
      if (ascending[i] != ascending[kept - 1]) {
        ascending[kept++] = ascending[i];
      }
    }
    return kept;
  }

  /** The numbers below {@code bound} that are not among {@code excluded}, ascending. */
  private static long[] without(long[] excluded, long bound) {
    var others = new long[(int) (bound - excluded.length)];
    var count = 0;
    var next = 0L;
    for (var number : excluded) {
      while (next < number) {
        others[count++] = next++;
      }
      next++;
    }
    while (next < bound) {
      others[count++] = next++;
    }
    return others;
  }

  private void refill() {
    var c0 = (int) counter;
    var c1 = (int) (counter >>> 32);
    var c2 = (int) high;
    var c3 = (int) (high >>> 32);
    var k0 = key0;
    var k1 = key1;
    for (var round = 0; round < 10; round++) {
      var product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      var product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    word0 = c0;
    word1 = c1;
    word2 = c2;
    word3 = c3;
    counter++;
    unread = 4;
  }
}
