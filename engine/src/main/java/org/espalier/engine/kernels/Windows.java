package org.espalier.engine.kernels;

/**
 * The windows of a pooling over one channel: output (i, j) is at {@code y + i * yRow + j *
 * yColumn}, tap (h, w) of its window at {@code x + i * xRow + j * xColumn + h * tapRow + w *
 * tapColumn}. Gradients lie as their tensors do.
 *
 * @param rows extent of the output in vectors, {@code columns} likewise
 * @param windowRows extent of a window, {@code windowColumns} likewise
 */
public record Windows(
    int rows,
    int columns,
    int windowRows,
    int windowColumns,
    long xRow,
    long xColumn,
    long tapRow,
    long tapColumn,
    long yRow,
    long yColumn) {

  /** Number of windows, and of outputs. */
  int count() {
    return rows * columns;
  }

  /** Bytes from the start of the input to the first tap of a window. */
  long x(int window) {
    return window / columns * xRow + window % columns * xColumn;
  }

  /** Bytes from the start of the output to that of a window. */
  long y(int window) {
    return window / columns * yRow + window % columns * yColumn;
  }

  /** Number of taps of each window. */
  int taps() {
    return windowRows * windowColumns;
  }

  /** Bytes from the first tap of a window to another. */
  long tap(int tap) {
    return tap / windowColumns * tapRow + tap % windowColumns * tapColumn;
  }
}
