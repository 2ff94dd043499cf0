/**
 * One vector width.
 *
 * @param accumulators vectors that fit the register file as sums, beside operands
 * @param product largest tiles of a sparse product, whose sums stay in registers
 * @param gradient largest tiles of its weight gradient, whose output gradients stay in registers
 *     beside four sums
 */
record Width(int bits, int accumulators, Tiles product, Tiles gradient) {

  /** Vectors of the largest tile for one row at a time, and for two rows together. */
  record Tiles(int single, int pair) {
    int of(int together) {
      return together == 1 ? single : pair;
    }
  }

  int lanes() {
    return bits / Float.SIZE;
  }

  int bytes() {
    return bits / Byte.SIZE;
  }
}
