package org.espalier.engine.executor;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;

/**
 * The geometry of a linear layer or convolution: which input pixel a weight's column reaches, as
 * byte offsets, in the product and in its input gradient. A linear layer is a 1×1 convolution.
 *
 * <p>A <em>column</em> is (input channel, kernel row, kernel column) with absolute channels, so a
 * grouped convolution is just a matrix with structural zeros. A <em>mirrored column</em> is (output
 * channel, kernel row, kernel column), the column of the transposed product. With stride s the
 * input gradient falls into s² products of stride 1, one per parity of the input pixel; a tap
 * belongs to exactly one of them.
 */
record ProductGeometry(
    ParameterSpec weight, int kernel, int stride, int padding, Tensor x, Tensor y) {
  private static final int MOST_COLUMNS = 1 << 16;

  ProductGeometry {
    var channels = Math.max(x.shape().channels(), y.shape().channels());
    if ((kernel > 1 || weight.groups() > 1) && channels * (long) kernel * kernel > MOST_COLUMNS) {
      throw new EspalierException(
          weight.name()
              + ": "
              + kernel
              + "×"
              + kernel
              + " kernels over "
              + channels
              + " channels: expected at most "
              + MOST_COLUMNS
              + " taps");
    }
    var bytes = Math.max(x.groupBytes(), y.groupBytes());
    if (bytes > Integer.MAX_VALUE) {
      throw new EspalierException(
          weight.name()
              + ": its activations take "
              + bytes
              + " bytes per group of samples:"
              + " expected less than 2 GiB");
    }
    if (flat(kernel, padding, x, y)) {
      stride = 1; // there is one pixel, and it has no neighbour to skip
    }
  }

  private static boolean flat(int kernel, int padding, Tensor x, Tensor y) {
    return x.shape().flat() && y.shape().flat() && kernel == 1 && padding == 0;
  }

  /** Taps of one kernel. */
  int taps() {
    return kernel * kernel;
  }

  /** Columns of the whole matrix, all groups. */
  int columns() {
    return x.shape().channels() * taps();
  }

  int mirroredColumns() {
    return y.shape().channels() * taps();
  }

  int outputsPerGroup() {
    return weight.outputs() / weight.groups();
  }

  /** Bytes from the input pixel under the kernel's corner-less origin to that of each column. */
  int[] offsets() {
    var offsets = new int[columns()];
    for (var column = 0; column < offsets.length; column++) {
      var tap = column % taps();
      offsets[column] =
          Math.toIntExact(
              column / taps() * x.channelBytes()
                  + (tap / kernel - padding) * x.rowBytes()
                  + (tap % kernel - padding) * x.pixelBytes());
    }
    return offsets;
  }

  /** Parity of the input row (or column) that a kernel row (or column) contributes to. */
  int parity(int tap) {
    return Math.floorMod(tap - padding, stride);
  }

  /** Parity of the input pixel that a tap contributes to, as row·stride + column. */
  int pixelParity(int tap) {
    return parity(tap / kernel) * stride + parity(tap % kernel);
  }

  /** Bytes from the output pixel of a parity's input pixel to that of each mirrored column. */
  int[] mirroredOffsets(Tensor dy) {
    var offsets = new int[mirroredColumns()];
    for (var column = 0; column < offsets.length; column++) {
      var tap = column % taps();
      offsets[column] =
          Math.toIntExact(
              column / taps() * dy.channelBytes()
                  + shift(tap / kernel) * dy.rowBytes()
                  + shift(tap % kernel) * dy.pixelBytes());
    }
    return offsets;
  }

  private int shift(int tap) {
    return Math.floorDiv(parity(tap) + padding - tap, stride);
  }

  /** Pixels of one parity along an extent of the input. */
  int parityExtent(int parity, int extent) {
    return Math.max(0, (extent - parity + stride - 1) / stride);
  }

  /**
   * The border that the output's gradient needs so that mirrored taps never leave it.
   *
   * @param input extent of the input, {@code output} that of the output
   */
  static int gradientPad(int kernel, int stride, int padding, int input, int output) {
    var pad = 0;
    for (var tap = 0; tap < kernel; tap++) {
      var parity = Math.floorMod(tap - padding, stride);
      var shift = Math.floorDiv(parity + padding - tap, stride);
      var last = (input - parity + stride - 1) / stride - 1 + shift;
      pad = Math.max(pad, Math.max(-shift, last - (output - 1)));
    }
    return pad;
  }

  /** The output pixels, for products and weight gradients. */
  Plane outputPlane(int vector) {
    return plane(y.shape().height(), y.shape().width(), vector);
  }

  /** The input pixels of one parity, for input gradients. */
  Plane inputPlane(int parity, int vector) {
    return plane(
        parityExtent(parity / stride, x.shape().height()),
        parityExtent(parity % stride, x.shape().width()),
        vector);
  }

  /** Features need no pixels: their plane is all groups by the vectors of a group. */
  private Plane plane(int height, int width, int vector) {
    return flat() ? Plane.flat(x.groups(), x.lanes() / vector) : Plane.spatial(height, width);
  }

  boolean flat() {
    return flat(kernel, padding, x, y);
  }

  /** Bytes of one channel that a tile of {@code vectors} vectors reads of {@code tensor}. */
  long tileBytes(Tensor tensor, int step, int vectors, int vector) {
    if (flat()) {
      return 4L * vectors * vector;
    }
    var width = Math.min(vectors, Math.max(1, y.shape().width()));
    var height = Math.ceilDiv(vectors, width);
    return (kernel + step * (height - 1L)) * (kernel + step * (width - 1L)) * tensor.pixelBytes();
  }

  /** The input as the forward product and the weight gradient read it. */
  Side inputSide(int vector) {
    return new Side(x, flat(), stride, 0, 0, vector);
  }

  /** The output, or its gradient, pixel by pixel. */
  Side outputSide(Tensor tensor, int vector) {
    return new Side(tensor, flat(), 1, 0, 0, vector);
  }

  /** The gradient of the input pixels of one parity. */
  Side paritySide(Tensor dx, int parity, int vector) {
    return new Side(dx, flat(), stride, parity / stride, parity % stride, vector);
  }
}
