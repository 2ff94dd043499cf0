package org.espalier.engine.kernels;

/**
 * The compute kernels of one vector width, over absolute off-heap addresses.
 *
 * <p><b>Layout.</b> Activations are vectors of {@link #lanes()} samples. A spatial tensor is {@code
 * [group][channel][height + 2 pad][width + 2 pad][lanes]}: a pixel is one vector. A feature tensor
 * is {@code [group][feature][1, 2 or 4 vectors]}. All addresses are multiples of 4; 64-byte
 * alignment is what makes them fast.
 *
 * <p><b>Tiles.</b> A product works on a tile of {@code vectors} vectors whose positions are regular
 * on both sides: a step between neighbours and a distance between the two halves.
 *
 * <pre>
 *   vectors  1: 0
 *   vectors  2: 0, step
 *   vectors  4: 0, step, half, half + step
 *   vectors  8: 0, step, 2 step, 3 step, half, ..., half + 3 step
 *   vectors 16: 0, step, ..., 7 step, half, ..., half + 7 step      (weight gradient only)
 * </pre>
 *
 * <p>The two sides have steps of their own: a convolution of stride 2 reads with a double step, its
 * input gradient writes with one, and a tile may span two image rows or two batch groups.
 *
 * <p><b>Rows.</b> Two rows of a sparse matrix that have the same columns are taken together where
 * the caller says so: every vector of the operand then serves two weights, which nearly doubles the
 * speed. The bits are those of one row at a time.
 *
 * <p>Nothing is checked here: a wrong column or address reads or writes foreign memory. Those of
 * {@link #checked} refuse such calls instead. Kernels allocate nothing, have no state and may be
 * called from any thread; every sum has one fixed order.
 */
public interface Kernels {

  /** Passed for {@code bias} where none is read. */
  float[] NO_BIAS = {};

  /** How an output row of a product starts and how it is stored. */
  enum Output {
    /** {@code y = Σ}. */
    ASSIGN,
    /** {@code y = bias + Σ}. */
    BIAS,
    /** {@code y = max(0, bias + Σ)}. */
    BIAS_RELU,
    /** {@code y = y + Σ}. */
    ACCUMULATE,
    /** {@code y = max(0, y + Σ)}. */
    ACCUMULATE_RELU
  }

  /** The kernels of this process: {@link KernelChoice#chosen}. */
  static Kernels best() {
    return KernelChoice.chosen().kernels();
  }

  /** The kernels of this process for one sample at a time: {@link KernelChoice#single}. */
  static Kernels single() {
    return KernelChoice.single();
  }

  /**
   * The same kernels behind a guard that refuses, with an {@link IndexOutOfBoundsException}, any
   * call that would touch memory outside of living {@link
   * org.espalier.engine.memory.AlignedMemory}.
   */
  default Kernels checked() {
    return new CheckedKernels(this);
  }

  /** Samples in one vector: 16, 8, 4 or, without vectors, 1. */
  int lanes();

  /** The name shown to users, such as {@code "512-bit vectors"}. */
  String name();

  /** The largest tile of {@link #spmm}, whose sums it keeps in registers. */
  int productVectors(int together);

  /** The largest tile of {@link #sddmm}, whose output gradients it keeps in registers. */
  int gradientVectors(int together);

  /**
   * Sparse product: rows {@code r0} to {@code r1} of {@code Y = W X} on one tile.
   *
   * @param vectors tile size: 1, 2, 4 or 8, at most {@link #productVectors}
   * @param together 1, or 2 if rows r0 and r0 + 1, r0 + 2 and r0 + 3, and so on to r1 have the same
   *     columns
   * @param rowStart row r uses weights {@code rowStart[from + r]} to {@code rowStart[to + r]}: with
   *     {@code from} 0 and {@code to} 1 all of them; with the starts of panel after panel in one
   *     array, those of one panel of columns (narrow enough for its part of x to stay in the first
   *     cache, later panels accumulating)
   * @param columns of the weights, and how they lie behind {@code x}
   * @param value value of each weight
   * @param bias one number per row; read only where {@code output} says so
   * @param y row r is written at {@code y + r * yRow}
   */
  void spmm(
      int vectors,
      int together,
      int r0,
      int r1,
      int[] rowStart,
      int from,
      int to,
      Columns columns,
      float[] value,
      float[] bias,
      Output output,
      long x,
      long xStep,
      long xHalf,
      long y,
      long yRow,
      long yStep,
      long yHalf);

  /**
   * Weight gradient at the non-zeros: {@code gradient[p] = (or +=) Σ dY[row of p] X[column of p]}
   * over one tile. Rows, panels and columns are as in {@link #spmm}.
   *
   * @param vectors tile size: 1, 2, 4, 8 or 16, at most {@link #gradientVectors}
   * @param dy row r is read at {@code dy + r * dyRow}
   */
  void sddmm(
      int vectors,
      int together,
      int r0,
      int r1,
      int[] rowStart,
      int from,
      int to,
      Columns columns,
      float[] gradient,
      boolean accumulate,
      long x,
      long xStep,
      long xHalf,
      long dy,
      long dyRow,
      long dyStep,
      long dyHalf);

  /**
   * Dense product: rows {@code r0} to {@code r1} of {@code Y = W X} on one tile. The weight of row
   * r and column k is {@code weight[r * weightRow + weightColumn[k]]}, which reads a matrix, its
   * transpose, and the mirrored taps of a convolution's input gradient alike.
   *
   * @param vectors tile size: 1, 2 or 4
   * @param columns number of columns k
   * @param offset byte offset of each column from {@code x}
   */
  void dense(
      int vectors,
      int r0,
      int r1,
      int columns,
      float[] weight,
      int weightRow,
      int[] weightColumn,
      int[] offset,
      float[] bias,
      Output output,
      long x,
      long xStep,
      long xHalf,
      long y,
      long yRow,
      long yStep,
      long yHalf);

  /**
   * Dense weight gradient: {@code gradient[(r - r0) * columns + k - k0] = (or +=) Σ dY[r] X[k]}
   * over {@code runs} runs of {@code length} vectors (image rows, or batch groups), summed up
   * before the one store. Rows and columns are ranges, so that strips can be streamed.
   *
   * @param gradientStart index in {@code gradient} of row r0, column k0
   * @param gradientRow distance in {@code gradient} between rows
   * @param offset byte offset of each column from {@code x}
   * @param xStep bytes between the vectors of a run, {@code xRun} between runs; the same for dy
   */
  void denseGradient(
      int r0,
      int r1,
      int k0,
      int k1,
      int[] offset,
      float[] gradient,
      int gradientStart,
      int gradientRow,
      boolean accumulate,
      int runs,
      int length,
      long x,
      long xStep,
      long xRun,
      long dy,
      long dyRow,
      long dyStep,
      long dyRun);

  // Elementwise: `rows` runs of `length` floats (a multiple of lanes()), `...Stride` bytes apart.
  // Operands may be the same tensor; they may not overlap otherwise.

  /** {@code y = value}. */
  void fill(int rows, int length, float value, long y, long yStride);

  /** {@code y = x}. */
  void copy(int rows, int length, long x, long xStride, long y, long yStride);

  /** Sets the lanes from {@code live} on to zero in every vector: those of samples that are not. */
  void clearLanes(int rows, int length, int live, long y, long yStride);

  /** {@code y = a + b}, then {@code max(0, y)} if {@code relu}. */
  void add(
      int rows,
      int length,
      boolean relu,
      long a,
      long aStride,
      long b,
      long bStride,
      long y,
      long yStride);

  /** {@code y = a * b}: dropout and its gradient. */
  void multiply(
      int rows, int length, long a, long aStride, long b, long bStride, long y, long yStride);

  /** {@code dx = dy where y > 0, else 0} (or {@code dx +=}). */
  void reluBackward(
      int rows,
      int length,
      boolean accumulate,
      long y,
      long yStride,
      long dy,
      long dyStride,
      long dx,
      long dxStride);

  /** {@code y = scale * x + shift}, then {@code max(0, y)} if {@code relu}: one channel. */
  void scaleShift(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      long x,
      long xStride,
      long y,
      long yStride);

  /** {@code y = scale * x + shift + b}, then {@code max(0, y)} if {@code relu}: one channel. */
  void scaleShiftAdd(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      long x,
      long xStride,
      long b,
      long bStride,
      long y,
      long yStride);

  /**
   * Adds {@code Σ (x - origin)} to {@code sums[at]} and {@code Σ (x - origin)²} to {@code sums[at +
   * 1]}. An origin near the mean keeps the variance from cancelling.
   */
  void moments(int rows, int length, float origin, long x, long xStride, double[] sums, int at);

  /**
   * First pass of a batch normalisation's gradient: adds {@code Σ g} to {@code sums[at]} and {@code
   * Σ g (x - mean)} to {@code sums[at + 1]}, where {@code g = dy} or, with {@code relu}, {@code dy
   * where scale * x + shift > 0}: the gradient behind the fused ReLU, which is thus never stored.
   */
  void normGradientSums(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      float mean,
      long x,
      long xStride,
      long dy,
      long dyStride,
      double[] sums,
      int at);

  /**
   * Second pass of a batch normalisation's gradient: {@code dx = a g + b x + c} (or {@code dx +=})
   * with {@code g} as in {@link #normGradientSums}.
   */
  void normBackward(
      int rows,
      int length,
      float scale,
      float shift,
      boolean relu,
      float a,
      float b,
      float c,
      boolean accumulate,
      long x,
      long xStride,
      long dy,
      long dyStride,
      long dx,
      long dxStride);

  // Pooling: an output of `rows` by `columns` vectors, one channel per call. Output (i, j) is at
  // y + i * yRow + j * yColumn; tap (h, w) of its window at
  // x + i * xRow + j * xColumn + h * tapRow + w * tapColumn. Gradients lie as their tensors do.

  /** {@code y = max over the window}. */
  void maxPool(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      long x,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long yRow,
      long yColumn);

  /** Adds {@code dy} to the gradient of the first tap of each window that equals its maximum. */
  void maxPoolBackward(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      long x,
      long dx,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long dy,
      long yRow,
      long yColumn);

  /** {@code y = scale * sum over the window}. */
  void sumPool(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      float scale,
      long x,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long y,
      long yRow,
      long yColumn);

  /** Adds {@code scale * dy} to the gradient of every tap of each window. */
  void sumPoolBackward(
      int rows,
      int columns,
      int windowRows,
      int windowColumns,
      float scale,
      long dx,
      long xRow,
      long xColumn,
      long tapRow,
      long tapColumn,
      long dy,
      long yRow,
      long yColumn);

  /**
   * A loop of fused multiply-adds in registers alone: what {@link KernelSelfCheck} calls the peak.
   *
   * @return a number that depends on every operation
   */
  float multiplyAdd(int iterations);

  /** Floating-point operations of one iteration of {@link #multiplyAdd}. */
  int multiplyAddOperations();
}
