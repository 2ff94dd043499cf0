/**
 * One vector width.
 *
 * @param accumulators vectors that fit the register file as sums, beside operands
 * @param gradientVectors output gradients that fit the register file beside four sums
 */
record Width(int bits, int accumulators, int gradientVectors) {
  int lanes() {
    return bits / Float.SIZE;
  }

  int bytes() {
    return bits / Byte.SIZE;
  }
}
