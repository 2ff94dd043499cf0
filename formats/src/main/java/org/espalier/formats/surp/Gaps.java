package org.espalier.formats.surp;

import java.util.zip.DataFormatException;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;

/**
 * Codes sets of positions by the gaps between their members, in a number of decisions that follows
 * the members instead of the positions.
 *
 * <p>Members are taken for independent and equally likely. Then gaps are geometric, and so is their
 * quotient by a power of two, and the binary digits of the remainder are independent (Gallager and
 * Van Voorhis 1975): each is coded with exactly its probability, so nothing is lost to the code but
 * the rounding of probabilities to 1/65536.
 *
 * <p>The chance of a member is learnt as a <em>hazard</em>: hits per position and per width of the
 * band of values that the pass looks at. From pass to pass the chance changes with the width, by
 * orders of magnitude, the hazard hardly. Estimated after Krichevsky and Trofimov (1981), with a
 * memory that fades.
 */
final class Gaps {
  /**
   * So many hits are remembered from earlier passes at most, and this share of them. Both were
   * chosen by the bits that trained weights take; they matter little.
   */
  private static final double MEMORY = 6;

  private static final double FADE = 0.9;

  /** What the estimate counts before it has seen a hit. */
  private static final double HALF = 0.5;

  private static final int LEVELS = 31;
  private static final int ONE = 1 << 16;
  private static final double LIKELIEST = (ONE - 1.0) / ONE;

  private final double[] none = new double[LEVELS]; // chance that 2^level positions have no member
  private double hits = HALF;
  private double exposure; // positions times widths
  private double width = 1;
  private int levels; // so many of these chances are known

  /**
   * A model that has seen nothing.
   *
   * @param hazard expected at first
   */
  Gaps(double hazard) {
    exposure = HALF / hazard;
  }

  /**
   * Begins a pass that has positions to code.
   *
   * @param width of the band of values in which members lie, 0 to 1
   */
  Gaps begin(double width) {
    this.width = width;
    var kept = Math.min(FADE, MEMORY / hits);
    hits = HALF + kept * (hits - HALF);
    exposure *= kept;
    forget();
    return this;
  }

  /**
   * Codes how many positions come before the next member.
   *
   * @param gap 0 to {@code left}, which says that there is no other member
   * @param left positions up to the end
   */
  void encode(RangeEncoder encoder, int gap, int left) {
    var behind = 0;
    while (behind < left) {
      var level = level(left - behind);
      var block = 1 << level;
      if (gap - behind >= block) {
        encoder.encode(0, units(1 - none(level)));
        behind += block;
        expose(block);
        continue;
      }
      encoder.encode(1, units(1 - none(level)));
      var rest = gap - behind;
      for (var digit = level - 1; digit >= 0; digit--) {
        encoder.encode((rest >> digit) & 1, units(upper(digit)));
      }
      hit(rest + 1);
      return;
    }
  }

  /** What {@link #encode} coded. */
  int decode(RangeDecoder decoder, int left) throws DataFormatException {
    var behind = 0;
    while (behind < left) {
      var level = level(left - behind);
      if (decoder.decode(units(1 - none(level))) == 0) {
        behind += 1 << level;
        expose(1 << level);
        continue;
      }
      var rest = 0;
      for (var digit = level - 1; digit >= 0; digit--) {
        rest = 2 * rest + decoder.decode(units(upper(digit)));
      }
      hit(rest + 1);
      return behind + rest;
    }
    return left;
  }

  /** The largest block that is as likely as not without a member, and not longer than the rest. */
  private int level(int left) {
    var most = 31 - Integer.numberOfLeadingZeros(left);
    var level = 0;
    while (level < most && none(level + 1) >= 0.5) {
      level++;
    }
    return level;
  }

  private double none(int level) {
    for (; levels <= level; levels++) {
      none[levels] = levels == 0 ? 1 - chance() : none[levels - 1] * none[levels - 1];
    }
    return none[level];
  }

  /** That the first member of a block, of which there is one, lies in its upper half. */
  private double upper(int digit) {
    return none(digit) / (1 + none(digit));
  }

  private double chance() {
    return Math.min(hits / exposure * width, LIKELIEST);
  }

  private void expose(int positions) {
    exposure += positions * width;
    forget();
  }

  private void hit(int positions) {
    hits++;
    expose(positions);
  }

  private void forget() {
    levels = 0;
  }

  private static int units(double probability) {
    return Math.clamp((long) (probability * ONE + 0.5), 1, ONE - 1);
  }
}
