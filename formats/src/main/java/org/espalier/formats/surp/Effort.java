package org.espalier.formats.surp;

/**
 * What decoding takes, so that a forged stream cannot make a reader slow: many refinements, and
 * passes even more so, can be told in next to no bytes.
 *
 * <p>A pass sweeps sets of positions, some words of 64 at a time, and asks each tensor; a
 * refinement changes one weight. All units take about as long.
 */
final class Effort {
  private static final long FREE = 1 << 16;
  private static final long PER_BYTE = 256;
  private static final long WEIGHTS = 1024; // swept in the time of a refinement
  private static final long TENSOR = 4;

  private final long perPass;
  private final long perEmptyPass;
  private final long free;
  private long spent;

  /** Of a stream in which so many tensors of so many weights in all take part. */
  Effort(long weights, int tensors) {
    perEmptyPass = TENSOR * tensors;
    perPass = perEmptyPass + weights / WEIGHTS;
    free = FREE + weights;
  }

  void emptyPass() {
    spent += perEmptyPass;
  }

  void pass() {
    spent += perPass;
  }

  void refinement() {
    spent++;
  }

  /** Whether it is more than a stream may take of which so many bytes are read. */
  boolean exceeds(long bytes) {
    return spent > free + PER_BYTE * bytes;
  }
}
