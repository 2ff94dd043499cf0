package org.espalier.engine.kernels;

/**
 * Where a dense product finds the weights and the operands of its columns: the weight of row r and
 * column k is {@code weight[r * weightRow + weightColumn[k]]}, which reads a matrix, its transpose,
 * and the mirrored taps of a convolution's input gradient alike.
 *
 * @param offset byte offset of each column from the start of the operand
 */
public record DenseColumns(int weightRow, int[] weightColumn, int[] offset) {

  /** Number of columns. */
  public int count() {
    return offset.length;
  }
}
