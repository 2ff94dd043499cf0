package org.espalier.bench;

import java.util.Locale;

/**
 * What a coder made of a mask.
 *
 * @param density of the ones that are really there
 * @param best whether our rule takes this codec for this mask
 * @param entropy empirical, of independent positions, in bits per position
 * @param overhead fraction of the entropy that the bytes take beyond it
 * @param encodeMbS megabytes of packed mask per second, 8 positions each byte
 * @param decodeMbS the same
 * @param own whether the codec is ours
 */
record CodecRow(
    String codec,
    double density,
    boolean best,
    long bytes,
    double bitsPerPosition,
    double entropy,
    double overhead,
    double encodeMbS,
    double decodeMbS,
    boolean own) {

  String[] cells() {
    return new String[] {
      best ? codec + " *" : codec,
      String.format(Locale.ROOT, "%.5f", bitsPerPosition),
      String.format(Locale.ROOT, "%+.2f %%", 100 * overhead),
      String.format(Locale.ROOT, "%.0f", encodeMbS),
      String.format(Locale.ROOT, "%.0f", decodeMbS)
    };
  }
}
