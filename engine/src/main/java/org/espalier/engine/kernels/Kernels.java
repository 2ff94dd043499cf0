package org.espalier.engine.kernels;

/**
 * The compute kernels of one vector width, over absolute off-heap addresses.
 *
 * <p><b>Layout.</b> Activations are vectors of {@link #lanes()} samples. A spatial tensor is {@code
 * [group][channel][height + 2 pad][width + 2 pad][lanes]}: a pixel is one vector. A feature tensor
 * is {@code [group][feature][1, 2 or 4 vectors]}. All addresses are multiples of 4; 64-byte
 * alignment is what makes them fast.
 *
 * <p><b>Products</b> work on one {@link Tile} of vectors, sparse ones with one {@link Panel} of
 * columns. These and their like are made once for a layer: a call hands over where its operands
 * begin and nothing that it would have to allocate.
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

  /** Samples in one vector: 16, 8 or 4; without vectors 16, or 1 for one sample at a time. */
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
   * @param tile of at most {@link #productVectors} vectors
   * @param r0 even where rows are taken together, like {@code r1}
   * @param value value of each weight
   * @param bias one number per row; read only where {@code output} says so
   * @param y row r is written at {@code y + r * tile.yRow()}
   */
  void spmm(
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] value,
      float[] bias,
      Output output,
      long x,
      long y);

  /**
   * Weight gradient at the non-zeros: {@code gradient[p] = (or +=) Σ dY[row of p] X[column of p]}
   * over one tile.
   *
   * @param tile of at most {@link #gradientVectors} vectors
   * @param dy row r is read at {@code dy + r * tile.yRow()}
   */
  void sddmm(
      Tile tile,
      Panel panel,
      int r0,
      int r1,
      float[] gradient,
      boolean accumulate,
      long x,
      long dy);

  /**
   * Dense product: rows {@code r0} to {@code r1} of {@code Y = W X} on one tile of 1, 2 or 4
   * vectors; otherwise as {@link #spmm}.
   */
  void dense(
      Tile tile,
      DenseColumns columns,
      int r0,
      int r1,
      float[] weight,
      float[] bias,
      Output output,
      long x,
      long y);

  /**
   * Dense weight gradient: {@code gradient[gradientStart + (r - r0) * gradientRow + k - k0] = (or
   * +=) Σ dY[r] X[k]} over all runs, summed up before the one store. Rows and columns are ranges,
   * so that strips can be streamed.
   *
   * @param offset byte offset of each column from {@code x}
   * @param gradientStart index in {@code gradient} of row r0, column k0
   * @param gradientRow distance in {@code gradient} between rows
   */
  void denseGradient(
      Runs runs,
      int r0,
      int r1,
      int k0,
      int k1,
      int[] offset,
      float[] gradient,
      int gradientStart,
      int gradientRow,
      boolean accumulate,
      long x,
      long dy);

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

  // Pooling, one channel per call.

  /** {@code y = max over the window}. */
  void maxPool(Windows windows, long x, long y);

  /** Adds {@code dy} to the gradient of the first tap of each window that equals its maximum. */
  void maxPoolBackward(Windows windows, long x, long dx, long y, long dy);

  /** {@code y = scale * sum over the window}. */
  void sumPool(Windows windows, float scale, long x, long y);

  /** Adds {@code scale * dy} to the gradient of every tap of each window. */
  void sumPoolBackward(Windows windows, float scale, long dx, long dy);

  /**
   * A loop of fused multiply-adds in registers alone: what {@link KernelSelfCheck} calls the peak.
   *
   * @return a number that depends on every operation
   */
  float multiplyAdd(int iterations);

  /** Floating-point operations of one iteration of {@link #multiplyAdd}. */
  int multiplyAddOperations();
}
