package org.espalier.engine.kernels;

/**
 * The vectors that a product computes in one call, and how they lie on both sides of it: {@code x}
 * is the operand, {@code y} the result or its gradient.
 *
 * <p>Their positions are regular: a step between neighbours and a distance between the two halves.
 *
 * <pre>
 *   vectors  1: 0
 *   vectors  2: 0, step
 *   vectors  4: 0, step, half, half + step
 *   vectors  8: 0, step, 2 step, 3 step, half, ..., half + 3 step
 *   vectors 16: 0, step, ..., 7 step, half, ..., half + 7 step      (weight gradient only)
 * </pre>
 *
 * <p>The sides have steps of their own: a convolution of stride 2 reads with a double step, its
 * input gradient writes with one, and a tile may span two image rows or two batch groups.
 *
 * @param vectors 1, 2, 4, 8 or 16
 * @param yRow bytes between the rows of y, one for each row of weights
 */
public record Tile(int vectors, long xStep, long xHalf, long yRow, long yStep, long yHalf) {

  /** Bytes from the start of the operand to its vector j. */
  long x(int j) {
    return position(j, xStep, xHalf);
  }

  /** Bytes from the start of a row of y to its vector j. */
  long y(int j) {
    return position(j, yStep, yHalf);
  }

  private long position(int j, long step, long half) {
    var inHalf = vectors < 4 ? vectors : vectors / 2;
    return j / inHalf * half + j % inHalf * step;
  }
}
