package org.espalier.engine.random;

import java.nio.charset.StandardCharsets;

/**
 * The random numbers of one run: independent streams addressed by purpose and two coordinates.
 *
 * <p>A stream is a pure function of (seed, purpose, a, b), so the same bits come out whatever the
 * thread count and the order in which streams are opened.
 */
public record Randoms(long seed) {

  /** The stream for {@code purpose} at coordinates (a, b), for example (layer, step). */
  public RandomStream stream(Purpose purpose, long a, long b) {
    var key = mix(seed ^ mix(hash(purpose.name())));
    return new RandomStream(key ^ mix(a + 0x632BE59BD9B4E019L), b);
  }

  /** The stream for {@code purpose} of something that has a name, such as a parameter. */
  public RandomStream stream(Purpose purpose, String name, long b) {
    return stream(purpose, hash(name), b);
  }

  /** FNV-1a: the same in every process, unlike a salted hash. */
  private static long hash(String name) {
    var hash = 0xCBF29CE484222325L;
    for (var octet : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
